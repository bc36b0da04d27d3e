"""What a person sets about graphics cards reaches the engine as its options, or is refused by name."""

from __future__ import annotations

import pytest

from app.core.errors import UsageError
from app.core.models.source import card_options
from app.core.settings import ModelSettings


def test_without_a_setting_the_engine_chooses() -> None:
    assert card_options(ModelSettings()) == {}


def test_layers_and_shares_are_passed_on() -> None:
    assert card_options(ModelSettings(gpu_layers=0, tensor_split="3, 1")) == {
        "gpu_layers": 0,
        "tensor_split": [3.0, 1.0],
    }


@pytest.mark.parametrize("text", ["much", "1,", "0,0", "-1,2"])
def test_a_split_that_is_none_is_refused_by_name(text: str) -> None:
    with pytest.raises(UsageError, match=r"model\.tensor_split"):
        card_options(ModelSettings(tensor_split=text))

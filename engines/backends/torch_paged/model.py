"""Hugging Face's model code and weights, with our attention in it."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import CONFIG_MAPPING, AutoConfig, AutoModelForCausalLM, PreTrainedConfig, PreTrainedModel
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING
from transformers.utils import logging

from engines.backends.hf_tokenizer import read_json
from engines.backends.torch_paged.attention import NAME, PagedStep
from engines.backends.torch_paged.batch import Batch
from engines.backends.torch_paged.folder import INSTEAD, refuse_obstacles
from engines.backends.torch_paged.pool import KvShape
from engines.errors import ModelError

# Typed as Any where transformers leaves its functions without types.
transformers_log: Any = logging
loader: Any = AutoModelForCausalLM

# These look at the positions to choose their frequencies, which a recording cannot do and mixed rows must not.
CHANGING_ROPE = ("dynamic", "longrope")
EXPERTS = ("num_experts", "num_local_experts", "n_routed_experts", "moe_num_experts")


def read_model_config(folder: Path) -> PreTrainedConfig:
    """The model's settings as transformers' class. Raises ``ModelError`` for architectures that are not served."""
    transformers_log.set_verbosity_error()
    transformers_log.disable_progress_bar()
    settings = read_json(folder / "config.json")
    if settings.get("model_type") not in CONFIG_MAPPING:
        code = " and brings program code of its own, which is never run" if settings.get("auto_map") else ""
        raise ModelError(
            f"{folder.name} is of the architecture {settings.get('model_type')}, which this version of transformers "
            f"does not know{code}; update transformers, or {INSTEAD}."
        )
    try:
        config: PreTrainedConfig = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (ValueError, OSError, KeyError, TypeError) as error:
        first = str(error).strip().splitlines()[0].rstrip(".")
        raise ModelError(f"{folder.name} cannot be read by transformers ({first}); {INSTEAD}.") from error
    # Older folders leave to transformers what kinds of layers there are.
    refuse_obstacles(folder.name, config.to_dict())
    kind: Any = MODEL_FOR_CAUSAL_LM_MAPPING.get(type(config), None)
    takes_pages = kind is not None and getattr(kind, "_supports_attention_backend", False)
    if not takes_pages or "logits_to_keep" not in inspect.signature(kind.forward).parameters:
        raise ModelError(
            f"{folder.name} is of the architecture {config.model_type}, which the torch engine does not serve; "
            f"{INSTEAD}."
        )
    if rope_type(config) in CHANGING_ROPE:
        raise ModelError(
            f"{folder.name} changes its position code with the length of the text ({rope_type(config)}), which the "
            f"torch engine does not serve; {INSTEAD}."
        )
    return config


def rope_type(config: PreTrainedConfig) -> str:
    rope = getattr(config, "rope_parameters", None) or {}
    return str(rope.get("rope_type", "default"))


def has_experts(config: PreTrainedConfig) -> bool:
    """Whether tokens choose between parts of the model, so that no two steps launch the same kernels."""
    return any(getattr(config, name, None) for name in EXPERTS)


def kv_shape(config: PreTrainedConfig, dtype: torch.dtype) -> KvShape:
    heads = int(getattr(config, "num_key_value_heads", None) or config.num_attention_heads)
    width = int(getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads)
    return KvShape(int(config.num_hidden_layers), heads, width, dtype)


def load_model(folder: Path, config: PreTrainedConfig, dtype: torch.dtype, device: torch.device) -> PreTrainedModel:
    """The model on ``device``. Raises ``ModelError`` when weights are missing or of another shape."""
    try:
        model, found = loader.from_pretrained(
            folder,
            config=config,
            dtype=dtype,
            attn_implementation=NAME,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            ignore_mismatched_sizes=True,
            output_loading_info=True,
        )
    except (ValueError, OSError, KeyError, RuntimeError) as error:
        first = str(error).strip().splitlines()[0].rstrip(".")
        raise ModelError(
            f"{folder.name} cannot be loaded by torch ({first}); download it again, or {INSTEAD}."
        ) from error
    # transformers fills what is missing or does not fit with random numbers and only warns.
    for fault, words in (("missing_keys", "lack"), ("mismatched_keys", "have another shape than config.json says for")):
        if found[fault]:
            name = min(key[0] if isinstance(key, tuple) else key for key in found[fault])
            raise ModelError(f"The weights of {folder.name} {words} {name}; download the model again.")
    loaded: PreTrainedModel = model.to(device).eval().requires_grad_(False)
    return loaded


def forward(model: PreTrainedModel, batch: Batch, paged: PagedStep) -> Tensor:
    """The logits of the batch's outputs, (outputs, vocabulary)."""
    answer: Any = model(
        input_ids=batch.tokens,
        position_ids=batch.positions,
        logits_to_keep=batch.outputs,
        use_cache=False,
        paged=paged,
    )
    logits: Tensor = answer.logits[0]
    return logits

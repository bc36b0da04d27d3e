"""The vocabulary of a GGUF file as Hugging Face's ``tokenizer.json`` and ``tokenizer_config.json``."""

from __future__ import annotations

from typing import Any

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

from engines.convert.source import GgufSource
from engines.errors import ModelError

CONTROL, USER_DEFINED = 3, 4


def pre_tokenizer(name: str) -> pre_tokenizers.PreTokenizer | None:
    """How llama.cpp's pre-tokenizer ``name`` cuts a text before the merges; None when it is not known here."""
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    if name in ("smollm", "starcoder", "refact", "command-r"):
        # Each digit alone: without it one text in four that holds numbers comes out different.
        return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(r"\p{N}"), "isolated"), byte_level])
    return byte_level if name == "gpt-2" else None


def tokenizer(source: GgufSource) -> Tokenizer:
    """The tokenizer of ``source``. Raises ``ModelError`` for a kind that is not converted."""
    model, name = source.value("tokenizer.ggml.model"), str(source.value("tokenizer.ggml.pre"))
    cut = pre_tokenizer(name)
    if model != "gpt2" or cut is None:
        raise ModelError(f"{source.path.name} has the tokenizer {model}/{name}, which is not converted: use the file.")
    words: list[str] = source.value("tokenizer.ggml.tokens")
    merges = [tuple(merge.split(" ", 1)) for merge in source.value("tokenizer.ggml.merges")]
    made = Tokenizer(models.BPE(vocab={word: i for i, word in enumerate(words)}, merges=merges))
    made.pre_tokenizer = cut
    made.decoder = decoders.ByteLevel()
    kinds = source.value("tokenizer.ggml.token_type")
    special = [AddedToken(w, special=True, normalized=False) for w, k in zip(words, kinds, strict=True) if k == CONTROL]
    plain = [AddedToken(w, normalized=False) for w, k in zip(words, kinds, strict=True) if k == USER_DEFINED]
    made.add_special_tokens(special)
    made.add_tokens(plain)
    return made


def tokenizer_config(source: GgufSource) -> dict[str, Any]:
    """The settings beside the tokenizer: the names of its special tokens and the chat template."""
    words: list[str] = source.value("tokenizer.ggml.tokens")
    roles = {"bos": "bos_token", "eos": "eos_token", "unknown": "unk_token", "padding": "pad_token"}
    numbers = {role: source.value(f"tokenizer.ggml.{name}_token_id") for name, role in roles.items()}
    config: dict[str, Any] = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": source.number("context_length"),
        "clean_up_tokenization_spaces": False,
        "add_bos_token": bool(source.value("tokenizer.ggml.add_bos_token", False)),
    }
    config |= {role: words[number] for role, number in numbers.items() if number is not None}
    template = source.value("tokenizer.chat_template")
    return config | ({"chat_template": template} if template else {})

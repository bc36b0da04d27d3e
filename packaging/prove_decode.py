"""Decodes a few tokens, alone and in a batch: shows that this build of llama.cpp runs on this machine.

Run by set-up right after the build, in a process of its own: a broken build crashes here and nowhere else.
"""

from __future__ import annotations

import ctypes
import sys

import llama_cpp

PROMPT = b"Moon, night and desk are three words. The first of them is"
ROWS = 4
NEW_TOKENS = 4


def fill(batch: llama_cpp.llama_batch, entries: list[tuple[int, int, int, bool]]) -> None:
    """Write (token, position, sequence, wants logits) entries into a batch."""
    batch.n_tokens = len(entries)
    for index, (token, position, sequence, wanted) in enumerate(entries):
        batch.token[index] = token
        batch.pos[index] = position
        batch.n_seq_id[index] = 1
        batch.seq_id[index][0] = sequence
        batch.logits[index] = wanted


def main(model_path: str) -> None:
    """Load the model, prefill ``ROWS`` sequences and decode ``NEW_TOKENS`` tokens of each."""
    silent = llama_cpp.llama_log_callback(lambda _level, _text, _data: None)
    llama_cpp.llama_log_set(silent, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()
    model = llama_cpp.llama_model_load_from_file(model_path.encode(), llama_cpp.llama_model_default_params())
    if not model:
        sys.exit(f"{model_path} could not be loaded.")
    params = llama_cpp.llama_context_default_params()
    params.n_ctx, params.n_batch, params.n_ubatch, params.n_seq_max = 1024, 512, 512, ROWS
    context = llama_cpp.llama_init_from_model(model, params)
    vocab = llama_cpp.llama_model_get_vocab(model)
    size = llama_cpp.llama_vocab_n_tokens(vocab)
    tokens = (llama_cpp.llama_token * 64)()
    count = llama_cpp.llama_tokenize(vocab, PROMPT, len(PROMPT), tokens, 64, True, False)
    batch = llama_cpp.llama_batch_init(512, 0, 1)
    fill(batch, [(tokens[i], i, row, i == count - 1) for row in range(ROWS) for i in range(count)])
    outputs = [row * count + count - 1 for row in range(ROWS)]
    for position in range(count, count + NEW_TOKENS):
        if llama_cpp.llama_decode(context, batch) != 0:
            sys.exit("llama.cpp could not decode.")
        best = []
        for output in outputs:
            logits = llama_cpp.llama_get_logits_ith(context, output)
            best.append(max(range(size), key=logits.__getitem__))
        if len(set(best)) != 1:
            sys.exit(f"The same prompt gave different tokens in one batch: {best}.")
        fill(batch, [(token, position, row, True) for row, token in enumerate(best)])
        outputs = list(range(ROWS))


if __name__ == "__main__":
    main(sys.argv[1])

"""Puts the embedded model into the forms that the extras take: an MLX folder, a Hugging Face folder.

Run by ``make extras`` in the virtual environment, once for each version of the model; prints where the folders are.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cache_folder import cache_folder
from embedded_model import NAME

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def main() -> None:
    """Convert to each form asked for; ends with a sentence when it cannot be done."""
    from engines.convert import FORMS, convert
    from engines.errors import ModelError

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--form", action="append", choices=FORMS, help="only this form; may be given again")
    options = parser.parse_args()
    source = ROOT / "resources" / "models" / NAME
    for form in options.form or ("mlx-4bit", "hf-float32"):
        try:
            print(f"{form}: {convert(source, cache_folder(), form)}")
        except ModelError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()

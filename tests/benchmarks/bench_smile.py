"""Measures smiles on the neutral validation faces; prints the report's table.

`python -m tests.benchmarks.bench_smile DATA_DIR [SHEET_FOLDER]`
"""

from __future__ import annotations

import sys

from core.training.__main__ import main

if __name__ == "__main__":
    sheets = ["--out", sys.argv[2]] if len(sys.argv) > 2 else []
    asked = ["evaluate", "residual_unet", "--data", sys.argv[1], "--only", "smile", *sheets]
    sys.exit(main(asked))

"""Hugging Face models through torch: our page table below their model code."""

/* Included before every source of llama.cpp when GCC builds it for x86-64 (see llama_wheel.py).
 *
 * GCC's own _tile_loadconfig tells the optimiser that `ldtilecfg` reads one pointer's worth of memory. It reads
 * 64 bytes, so the stores that fill the rest of the tile configuration are dropped as dead, and the first matrix
 * product on a CPU with AMX faults. Naming all 64 bytes as the operand keeps the stores, at full speed.
 */
#if defined(__AMX_TILE__) && defined(__GNUC__) && !defined(__clang__)
#include <immintrin.h>
#undef _tile_loadconfig
#define _tile_loadconfig(config) __asm__ volatile("ldtilecfg\t%0" ::"m"(*(const char(*)[64])(config)))
#endif

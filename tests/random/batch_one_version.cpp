#define SECONDWAVE_ONE_VERSION
#define fill_blocks fill_blocks_one_version
#define fill_entities fill_entities_one_version
#define to_exponentials to_exponentials_one_version
#include "random/batch.cpp"

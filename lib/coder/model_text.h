/* Model text: the bytes of data/model/weights.txt, compiled in by the build (cmake/EmbedText.cmake). For model.c. */
#ifndef LIB_CODER_MODEL_TEXT_H
#define LIB_CODER_MODEL_TEXT_H

#include <stddef.h>

extern const char model_text[];
extern const size_t model_text_size;

#endif

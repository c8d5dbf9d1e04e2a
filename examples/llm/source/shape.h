/* Shape: does a JSON value have the shape that a JSON Schema demands?
 *
 * Servers are asked to keep to a schema, and some do so, some try, and some take the request and ignore it. So what
 * comes is judged here in every case, by the part of JSON Schema that our schemas use: type, enum, required,
 * properties, additionalProperties, items, maxItems, maxLength, minimum, maximum. Depth is that of the schema, which is
 * ours. Pure. */
#ifndef LLM_SHAPE_H
#define LLM_SHAPE_H

#include <jansson.h>

#include <stddef.h>

/* 1, or 0 with the first fault in words that a model or a person can act on. */
int shape_check(const json_t *schema, const json_t *value, char *fault, size_t fault_size);

#endif

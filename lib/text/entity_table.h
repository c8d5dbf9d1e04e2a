/* The named character references of HTML, as data. entity_table.c is generated; read entity.h for its use. */
#ifndef LIB_TEXT_ENTITY_TABLE_H
#define LIB_TEXT_ENTITY_TABLE_H

enum { ENTITY_TABLE_SIZE = 2231, ENTITY_NAME_MAX = 32, ENTITY_TEXT_MAX = 6 };

struct entity_row {
    char name[ENTITY_NAME_MAX + 1]; /* with its semicolon, where it needs one */
    char text[ENTITY_TEXT_MAX + 1]; /* UTF-8 */
};

/* Sorted by name as strcmp sorts. */
extern const struct entity_row entity_table[ENTITY_TABLE_SIZE];

#endif

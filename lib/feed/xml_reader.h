/* XML reader: the state that the parts of the XML feed reader share. Internal to lib/feed; use feed.h.
 *
 * The reader keeps a stack of *frames*, one for each open element that gives its children a meaning (rss, channel,
 * item, author, ...). Elements that hold a value are read whole by xml_content.c and never become frames; unknown
 * ones are passed over. So broken markup inside a value cannot disturb the structure around it. */
#ifndef LIB_FEED_XML_READER_H
#define LIB_FEED_XML_READER_H

#include "lib/feed/elements.h"

enum { XML_FRAMES_MAX = 64, XML_UNCLOSED_MAX = 16 };

struct frame {
    struct slice name; /* with its prefix, as the closing tag will have it */
    enum element_context context;
    enum element_action action;
    struct slice base; /* xml:base in force, absolute; size 0 for none */
};

struct reader {
    struct builder *builder;
    struct scanner scanner;
    struct namespaces namespaces;
    struct frame frames[XML_FRAMES_MAX];
    int depth;                  /* frames in use */
    bool rooted;                /* the root was met */
    enum feed_namespace family; /* what an element without a namespace means: RSS or Atom */
    struct slice native;        /* the root's own namespace, if it is not a known one it means the family */
    struct slice first_name;    /* the first tag of the document, for the error */
    bool too_deep;              /* past limits.depth */
    size_t reread;              /* bytes read twice to recover from unclosed elements */
    struct slice unclosed[XML_UNCLOSED_MAX]; /* unknown elements of the feed that proved to have no closing tag */
    int unclosed_count;
    unsigned repairs;
    struct buffer text; /* the value being read, decoded */
    struct buffer expanded; /* a piece of it with the DTD's plain entities put in */
    size_t expansion;       /* bytes that these have added so far */
    struct buffer person_text, person_name, person_email;
};

struct frame *xml_reader_top(struct reader *reader);
bool xml_reader_same_name(struct slice a, struct slice b);
/* Whether a frame of that name is open. */
bool xml_reader_has_frame(const struct reader *reader, struct slice name);
/* The meaning of the present opening tag in `context`, NULL for none; *space (may be NULL) gets its namespace. */
const struct element *xml_reader_find_element(struct reader *reader, enum element_context context,
                                              enum feed_namespace *space);

/* The content of an element. */
struct xml_content {
    struct slice text;   /* its character data, decoded; in the document or in reader->text */
    struct slice source; /* between its tags, as it stands */
    bool markup;         /* it has child elements */
    bool cut;            /* the document ends within it */
};

/* Reads from after an opening tag `name` to after its closing tag. */
void xml_content_read(struct reader *reader, struct slice name, struct xml_content *content);
/* Passes over the same; an element that is never closed is taken to be empty. */
void xml_content_skip(struct reader *reader, struct slice name);

#endif

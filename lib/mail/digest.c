#include "lib/mail/digest.h"

#include "lib/base/arena.h"
#include "lib/base/buffer.h"
#include "lib/feed/scanner.h"
#include "lib/text/entity.h"
#include "lib/text/html.h"
#include "lib/text/html_tags.h"
#include "lib/text/url.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    MEMORY_MAX = 32 << 20,
    BLOCKS_MAX = 4000,
    STORIES_MAX = 100,
    HEADLINE_MIN = 20,  /* bytes of a headline */
    HEADLINE_MAX = 300,
    WORDS_MIN = 4,      /* in a headline of a script that has spaces */
    TEXT_MIN = 30,      /* bytes of a paragraph that is worth keeping */
    ONE_STORY_MIN = 1500, /* bytes of a text that may be what the mail is about */
    ONE_STORY_PERCENT = 60,
    PHRASE_BLOCK = 250, /* a longer block that holds a phrase of a mail's frame is text all the same */
    COVERED_PERCENT = 50
};

/* A piece of text as the eye sees it: a line, a cell, a paragraph. */
struct block {
    const char *text;      /* one line */
    size_t size, linked;   /* bytes; those within links, by a count without white space, scaled to size */
    const char *url;       /* of its link; NULL without one, or where it has several */
    bool is_heading;
};

struct reading {
    struct scanner scanner;
    struct arena *arena;
    struct buffer line;      /* the block under way, references decoded */
    size_t visible, linked;  /* bytes of it that are no white space; those within links */
    struct slice link;       /* address of the open link; bytes NULL outside */
    struct slice block_link; /* the block's */
    bool has_several;        /* it has links to different places */
    bool is_heading;
    struct block *blocks;
    size_t count;
};

/* ---- the mail's frame ---- */

/* Phrases by which the frame of a mail is known: links and lines that belong to no story. Lower case; compared without
 * regard to ASCII case. */
static bool is_frame(const char *text, size_t size)
{
    static const char *const phrases[] = {
        "unsubscribe", "in your browser", "view online", "web version", "preferences", "privacy policy", "forward this",
        "forward to a friend", "subscribe", "manage your", "terms of", "all rights reserved", "was sent to",
        "you are receiving", "you received this", "abmelden", "im browser", "abbestellen", "datenschutz", "impressum",
        "désabonner", "désinscrire", "dans votre navigateur", "darse de baja", "cancelar suscripci", "en su navegador",
        "cancelar inscri", "annulla iscrizione", "disiscriv", "отписаться", "afmelden", "wypisz", "إلغاء الاشتراك",
        "flag as irrelevant", "see more results", "edit this alert", "advertisement", "sponsored",
    };
    if (size > PHRASE_BLOCK)
        return false;
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (strcasestr(text, phrases[i]))
            return true;
    return false;
}

/* ---- blocks ---- */

static size_t count_visible(const char *text, size_t size)
{
    size_t visible = 0;
    for (size_t i = 0; i < size; i++)
        visible += (unsigned char)text[i] > ' ';
    return visible;
}

/* The address in `raw` (references not decoded), or what is behind it where it is a redirector's that says so. */
static const char *to_url(struct reading *reading, struct slice raw)
{
    struct buffer decoded = BUFFER_INIT, target = BUFFER_INIT;
    raw = slice_trim(raw);
    entity_append_decoded(&decoded, raw.bytes, raw.size, ENTITY_XML);
    const char *url = NULL;
    if (decoded.size && !decoded.failed && url_is_web(decoded.bytes, decoded.size)) {
        bool is_unwrapped = url_unwrap(&target, decoded.bytes, decoded.size);
        if (!is_unwrapped)
            url_resolve(&target, "", 0, decoded.bytes, decoded.size);
        if (target.size && !target.failed)
            url = arena_copy(reading->arena, target.bytes, target.size);
    }
    buffer_free(&decoded);
    buffer_free(&target);
    return url;
}

static void end_block(struct reading *reading)
{
    struct buffer clean = BUFFER_INIT;
    if (reading->visible > 0 && reading->count < BLOCKS_MAX)
        html_append_plain(&clean, reading->line.bytes, reading->line.size, HTML_ONE_LINE);
    if (clean.size && !clean.failed) {
        struct block *block = &reading->blocks[reading->count];
        *block = (struct block){.text = arena_copy(reading->arena, clean.bytes, clean.size),
                                .size = clean.size,
                                .linked = clean.size * reading->linked / reading->visible,
                                .is_heading = reading->is_heading};
        if (reading->block_link.bytes && !reading->has_several)
            block->url = to_url(reading, reading->block_link);
        reading->count += block->text != NULL;
    }
    buffer_free(&clean);
    buffer_clear(&reading->line);
    reading->visible = reading->linked = 0;
    reading->block_link = (struct slice){NULL, 0};
    reading->has_several = false;
}

static void add_text(struct reading *reading)
{
    struct slice text = reading->scanner.token.text;
    size_t before = reading->line.size;
    entity_append_decoded(&reading->line, text.bytes, text.size, ENTITY_HTML);
    if (reading->line.failed)
        return;
    size_t visible = count_visible(reading->line.bytes + before, reading->line.size - before);
    reading->visible += visible;
    if (!reading->link.bytes || visible == 0)
        return;
    reading->linked += visible;
    if (reading->block_link.bytes && !slice_equal(reading->block_link, reading->link))
        reading->has_several = true;
    reading->block_link = reading->link;
}

static struct slice find_attribute(const struct scanner_token *token, const char *name)
{
    for (size_t i = 0; i < token->attribute_count; i++)
        if (slice_is(token->attributes[i].name, name))
            return token->attributes[i].value;
    return (struct slice){NULL, 0};
}

/* Text for the list of mails, which the mail itself does not show. */
static bool is_hidden(const struct scanner_token *token)
{
    struct slice style = find_attribute(token, "style");
    const char *display = style.size ? memmem(style.bytes, style.size, "display", 7) : NULL;
    size_t left = display ? style.size - (size_t)(display - style.bytes) : 0;
    for (size_t i = 7; i + 4 <= left && strchr(" :", display[i]); i++)
        if (strncasecmp(display + i + 1, "none", 4) == 0)
            return true;
    return false;
}

static bool is_skipped(const struct scanner_token *token, const struct html_tag *tag)
{
    bool is_head = slice_is(token->name, "head");
    return !is_head && ((tag && (tag->kind == HTML_SKIP || tag->kind == HTML_SKIP_RAW)) ||
                        slice_is(token->name, "title") || is_hidden(token));
}

/* Passes over an element; one that is never closed hides nothing. */
static void skip_element(struct reading *reading)
{
    struct scanner *scanner = &reading->scanner;
    struct slice name = scanner->token.name;
    size_t start = scanner->at, depth = 1;
    if (scanner->token.empty || slice_is(name, "img") || slice_is(name, "br"))
        return;
    while (depth > 0) {
        enum scanner_kind kind = scanner_next(scanner);
        bool is_same = (kind == SCANNER_OPEN || kind == SCANNER_CLOSE) && slice_equal(scanner->token.name, name);
        if (kind == SCANNER_END)
            break;
        depth += is_same && kind == SCANNER_OPEN && !scanner->token.empty;
        depth -= is_same && kind == SCANNER_CLOSE;
    }
    if (depth > 0)
        scanner->at = start;
}

static void read_tag(struct reading *reading, bool is_open)
{
    const struct scanner_token *token = &reading->scanner.token;
    const struct html_tag *tag = html_find_tag(token->name.bytes, token->name.size);
    if (slice_is(token->name, "a")) {
        reading->link = is_open ? find_attribute(token, "href") : (struct slice){NULL, 0};
        return;
    }
    if (tag && tag->kind != HTML_INLINE && tag->kind != HTML_SKIP && tag->kind != HTML_SKIP_RAW)
        end_block(reading);
    if (token->name.size == 2 && (token->name.bytes[0] | 0x20) == 'h' && token->name.bytes[1] >= '1' &&
        token->name.bytes[1] <= '4')
        reading->is_heading = is_open;
}

/* Elements that are skipped and never closed are looked for once more from their begin only so often. */
static void read_blocks(struct reading *reading)
{
    struct scanner *scanner = &reading->scanner;
    int unclosed = 0;
    for (;;) {
        enum scanner_kind kind = scanner_next(scanner);
        const struct scanner_token *token = &scanner->token;
        if (kind == SCANNER_END)
            break;
        if (kind == SCANNER_TEXT) {
            add_text(reading);
        } else if (kind == SCANNER_OPEN &&
                   is_skipped(token, html_find_tag(token->name.bytes, token->name.size)) && unclosed < 8) {
            size_t end = token->end;
            skip_element(reading);
            unclosed += scanner->at == end;
        } else if (kind != SCANNER_CDATA) {
            read_tag(reading, kind == SCANNER_OPEN);
        }
    }
    end_block(reading);
}

/* ---- stories ---- */

static size_t count_words(const char *text)
{
    size_t words = 0;
    for (const char *c = text; *c; c++)
        words += *c != ' ' && (c == text || c[-1] == ' ');
    return words;
}

/* "https://example.org/" is where a newsletter's own name leads. */
static bool is_front_page(const char *url)
{
    struct url_parts parts;
    url_split(url, strlen(url), &parts);
    return parts.path.size <= 1 && parts.query.size == 0;
}

static bool has_headline_size(const struct block *block)
{
    size_t wide = 0; /* bytes of scripts without spaces and the like */
    for (size_t i = 0; i < block->size; i++)
        wide += (unsigned char)block->text[i] >= 0xE0;
    return block->size >= HEADLINE_MIN && block->size <= HEADLINE_MAX &&
           (count_words(block->text) >= WORDS_MIN || wide >= 8);
}

static bool is_link(const struct block *block)
{
    return block->url && block->linked * 10 >= block->size * 9 && !is_front_page(block->url) &&
           !is_frame(block->text, block->size);
}

static bool is_headline(const struct block *block)
{
    return is_link(block) && has_headline_size(block);
}

/* "Read more": too short for a headline, or an invitation. */
static bool is_call(const struct block *block)
{
    static const char *const verbs[] = {"read ", "continue ", "see ", "view ", "learn ", "full ", "weiter", "mehr ",
                                        "lire ", "leer ", "leia ", "leggi ", "lees ", "читать ", "czytaj ", "اقرأ "};
    bool is_invitation = false;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        is_invitation = is_invitation || strncasecmp(block->text, verbs[i], strlen(verbs[i])) == 0;
    return is_link(block) && (is_invitation || !has_headline_size(block));
}

/* A heading whose link stands below its text. */
static bool is_open_heading(const struct block *block)
{
    return block->is_heading && block->linked == 0 && has_headline_size(block) && !is_frame(block->text, block->size);
}

/* What is not asked to be read on, nor signs the mail. */
static bool is_paragraph(const struct block *block)
{
    return block->size >= TEXT_MIN && block->linked * 2 < block->size;
}

static struct mail_story *find_story(struct mail_digest *digest, const char *url)
{
    for (size_t i = 0; i < digest->count; i++)
        if (digest->stories[i].url && strcmp(digest->stories[i].url, url) == 0)
            return &digest->stories[i];
    return NULL;
}

static struct mail_story *begin_story(struct mail_digest *digest, const struct block *block, const char *url)
{
    if (digest->count == STORIES_MAX)
        return NULL;
    struct mail_story *story = &digest->stories[digest->count++];
    *story = (struct mail_story){.title = block->text, .url = url};
    return story;
}

static void add_paragraph(struct mail_digest *digest, struct mail_story *story, const struct block *block)
{
    if (strcmp(story->title, block->text) == 0)
        return;
    story->text = story->text ? arena_printf(digest->arena, "%s\n\n%s", story->text, block->text) : block->text;
}

/* Those that proved to lead nowhere go; returns the bytes of the blocks of the others. */
static size_t drop_unlinked(struct mail_digest *digest, const size_t *covered)
{
    size_t kept = 0, bytes = 0;
    for (size_t i = 0; i < digest->count; i++) {
        if (!digest->stories[i].url)
            continue;
        bytes += covered[i];
        digest->stories[kept++] = digest->stories[i];
    }
    digest->count = kept;
    return bytes;
}

/* Returns the bytes of the blocks that became part of a story. */
static size_t gather_stories(struct mail_digest *digest, const struct reading *reading)
{
    struct mail_story *story = NULL;
    size_t covered[STORIES_MAX + 1] = {0};
    for (size_t i = 0; i < reading->count; i++) {
        const struct block *block = &reading->blocks[i];
        bool is_known_place = story && !story->url && is_call(block) && !find_story(digest, block->url);
        bool is_part = true;
        if (is_open_heading(block)) {
            story = begin_story(digest, block, NULL);
        } else if (is_known_place) {
            story->url = block->url;
        } else if (is_headline(block)) {
            struct mail_story *known = find_story(digest, block->url);
            story = known ? known : begin_story(digest, block, block->url);
        } else if (is_frame(block->text, block->size) || (block->is_heading && block->linked == 0)) {
            story = NULL;
        } else if (story && is_paragraph(block)) {
            add_paragraph(digest, story, block);
        } else {
            is_part = block->linked > 0; /* "Read more" */
        }
        if (story && is_part)
            covered[story - digest->stories] += block->size;
    }
    return drop_unlinked(digest, covered);
}

/* One that is told at length, with others that are named: a letter of one story. */
static bool is_of_one(const struct mail_digest *digest, size_t covered)
{
    for (size_t i = 0; i < digest->count; i++) {
        size_t size = digest->stories[i].text ? strlen(digest->stories[i].text) : 0;
        if (size > ONE_STORY_MIN && size * 100 > covered * ONE_STORY_PERCENT)
            return true;
    }
    return false;
}

static size_t text_size(const struct reading *reading)
{
    size_t size = 0;
    for (size_t i = 0; i < reading->count; i++)
        size += is_frame(reading->blocks[i].text, reading->blocks[i].size) ? 0 : reading->blocks[i].size;
    return size;
}

static bool has_many_publishers(const struct mail_digest *digest)
{
    struct buffer first = BUFFER_INIT, other = BUFFER_INIT;
    bool is_many = false;
    for (size_t i = 0; i < digest->count && !is_many; i++) {
        const char *url = digest->stories[i].url;
        buffer_clear(&other);
        if (url_publisher_domain(i == 0 ? &first : &other, url, strlen(url)) && i > 0)
            is_many = first.size > 0 && strcmp(first.bytes, other.bytes) != 0;
    }
    buffer_free(&first);
    buffer_free(&other);
    return is_many;
}

bool mail_digest_read(struct mail_digest *digest, const char *html, size_t size)
{
    *digest = (struct mail_digest){.arena = arena_create(MEMORY_MAX)};
    struct reading reading = {.arena = digest->arena};
    reading.blocks = calloc(BLOCKS_MAX, sizeof *reading.blocks);
    bool is_digest = false;
    if (digest->arena && reading.blocks) {
        digest->stories = arena_calloc(digest->arena, STORIES_MAX, sizeof *digest->stories);
        scanner_init(&reading.scanner, html, size);
        read_blocks(&reading);
    }
    if (digest->stories && !reading.line.failed) {
        size_t covered = gather_stories(digest, &reading), all = text_size(&reading);
        is_digest = digest->count > 1 && covered * 100 >= all * COVERED_PERCENT && !is_of_one(digest, covered) &&
                    !arena_failed(digest->arena);
        digest->is_of_many = has_many_publishers(digest);
    }
    buffer_free(&reading.line);
    free(reading.blocks);
    if (!is_digest)
        mail_digest_clear(digest);
    return is_digest;
}

void mail_digest_clear(struct mail_digest *digest)
{
    arena_destroy(digest->arena);
    *digest = (struct mail_digest){.count = 0};
}

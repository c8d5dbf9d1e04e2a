#include "core/query/sheets.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FORMAT = 1, BYTE_ORDER_MARK = 0x01020304, PATH_SIZE = 4200, TOUCH_BYTES = 256 * 1024 };
static const char magic[8] = "ENTSHEET";

/* A head that was read, and of which file. */
struct known {
    struct sheet_head *head; /* NULL: the file is no sheet that can be used */
    bool is_known;
    dev_t device;
    ino_t file;
    off_t size;
    struct timespec changed;
};

struct sheets {
    char folder[4096];
    struct known *known;
    size_t count;
    int descriptor; /* of the sheet `open`; -1 for none */
    int64_t open;   /* -1: none was looked for since the refresh */
    unsigned block; /* turned to, within the sheet */
    uint64_t families_expected, texts_expected;
};

struct sheets *sheets_create(const char *path)
{
    struct sheets *sheets = calloc(1, sizeof *sheets);
    const char *slash = strrchr(path, '/');
    if (!sheets)
        return NULL;
    int length = snprintf(sheets->folder, sizeof sheets->folder, "%.*scolumns", slash ? (int)(slash - path) + 1 : 0, path);
    if (length >= (int)sizeof sheets->folder)
        *sheets->folder = '\0'; /* a folder that is not there */
    sheets->descriptor = -1;
    sheets->open = -1;
    return sheets;
}

void sheets_destroy(struct sheets *sheets)
{
    if (!sheets)
        return;
    sheets_refresh(sheets);
    for (size_t i = 0; i < sheets->count; i++)
        free(sheets->known[i].head);
    free(sheets->known);
    free(sheets);
}

const char *sheets_folder(const struct sheets *sheets)
{
    return sheets->folder;
}

void sheets_path(const struct sheets *sheets, int64_t number, char *path, size_t size)
{
    snprintf(path, size, "%s/%06" PRId64 ".sheet", sheets->folder, number);
}

void sheets_refresh(struct sheets *sheets)
{
    if (sheets->descriptor >= 0)
        close(sheets->descriptor);
    sheets->descriptor = -1;
    sheets->open = -1;
}

/* ---- what makes a file a sheet ---- */

/* This is looked at with every column that is read: four sums side by side, since a multiplication waits for the one before.
 * Finds damage, not malice. */
uint32_t sheet_check(const void *bytes, size_t size)
{
    enum { LANES = 4 };
    const unsigned char *at = bytes;
    uint64_t sums[LANES] = {1, 2, 3, 4}, all = size, words[LANES];
    for (; size >= sizeof words; at += sizeof words, size -= sizeof words) {
        memcpy(words, at, sizeof words);
        for (int i = 0; i < LANES; i++) {
            sums[i] = (sums[i] ^ words[i]) * UINT64_C(0xff51afd7ed558ccd);
            sums[i] ^= sums[i] >> 32;
        }
    }
    memset(words, 0, sizeof words);
    if (size)
        memcpy(words, at, size);
    for (int i = 0; i < LANES; i++) {
        all = (all ^ sums[i] ^ words[i]) * UINT64_C(0xc4ceb9fe1a85ec53);
        all ^= all >> 29;
    }
    return (uint32_t)(all >> 32);
}

uint32_t sheet_head_check(const struct sheet_head *head)
{
    return sheet_check(head, offsetof(struct sheet_head, check));
}

void sheet_head_begin(struct sheet_head *head, int64_t number)
{
    memset(head, 0, sizeof *head);
    memcpy(head->magic, magic, sizeof magic);
    head->byte_order = BYTE_ORDER_MARK;
    head->version = FORMAT;
    head->number = number;
    head->size = SHEET_COLUMNS_AT;
}

static bool is_sheet(const struct sheet_head *head, int64_t number, off_t size)
{
    if (memcmp(head->magic, magic, sizeof magic) != 0 || head->byte_order != BYTE_ORDER_MARK || head->version != FORMAT ||
        head->number != number || size < 0 || head->size != (uint64_t)size || head->size < SHEET_COLUMNS_AT ||
        head->check != sheet_head_check(head))
        return false;
    for (int family = 0; family < COLUMN_FAMILIES_MAX; family++)
        for (int block = 0; block < SHEET_BLOCKS; block++) {
            const struct sheet_piece *piece = &head->pieces[family][block];
            if (piece->at && (piece->at < SHEET_COLUMNS_AT || piece->at > head->size || piece->size > head->size - piece->at))
                return false;
        }
    return true;
}

static bool read_at(int descriptor, void *bytes, size_t size, uint64_t at)
{
    unsigned char *to = bytes;
    while (size > 0) {
        ssize_t got = pread(descriptor, to, size, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        to += got;
        at += (uint64_t)got;
        size -= (size_t)got;
    }
    return true;
}

static struct sheet_head *read_head(int descriptor, int64_t number, off_t size)
{
    struct sheet_head *head = malloc(sizeof *head);
    if (head && read_at(descriptor, head, sizeof *head, 0) && is_sheet(head, number, size))
        return head;
    free(head);
    return NULL;
}

/* ---- opening ---- */

static bool reserve(struct sheets *sheets, int64_t number)
{
    size_t wanted = (size_t)number + 1;
    if (wanted <= sheets->count)
        return true;
    struct known *grown = realloc(sheets->known, wanted * sizeof *grown);
    if (!grown)
        return false;
    memset(grown + sheets->count, 0, (wanted - sheets->count) * sizeof *grown);
    sheets->known = grown;
    sheets->count = wanted;
    return true;
}

static bool is_same(const struct known *known, const struct stat *status)
{
    return known->is_known && known->device == status->st_dev && known->file == status->st_ino &&
           known->size == status->st_size && known->changed.tv_sec == status->st_mtim.tv_sec &&
           known->changed.tv_nsec == status->st_mtim.tv_nsec;
}

const struct sheet_head *sheets_head(struct sheets *sheets, int64_t number)
{
    char path[PATH_SIZE];
    struct stat status;
    if (sheets->open == number)
        return sheets->descriptor >= 0 ? sheets->known[number].head : NULL;
    sheets_refresh(sheets);
    sheets->open = number;
    sheets->families_expected = sheets->texts_expected = 0;
    if (!*sheets->folder || number < 0 || !reserve(sheets, number))
        return NULL;
    sheets_path(sheets, number, path, sizeof path);
    sheets->descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (sheets->descriptor < 0)
        return NULL;
    struct known *known = &sheets->known[number];
    bool is_file = fstat(sheets->descriptor, &status) == 0 && S_ISREG(status.st_mode);
    if (is_file && !is_same(known, &status)) {
        free(known->head);
        *known = (struct known){.head = read_head(sheets->descriptor, number, status.st_size),
                                .is_known = true,
                                .device = status.st_dev,
                                .file = status.st_ino,
                                .size = status.st_size,
                                .changed = status.st_mtim};
    }
    if (is_file && known->head)
        return known->head;
    close(sheets->descriptor);
    sheets->descriptor = -1;
    return NULL;
}

bool sheets_turn_to(struct sheets *sheets, int64_t block, int64_t stamp)
{
    const struct sheet_head *head = stamp ? sheets_head(sheets, block / SHEET_BLOCKS) : NULL;
    sheets->block = (unsigned)(block % SHEET_BLOCKS);
    return head && head->stamps[sheets->block] == stamp;
}

/* ---- reading ---- */

/* The same column of the sheet's other blocks will be wanted next, in whichever order. */
static void expect_family(struct sheets *sheets, const struct sheet_head *head, int family)
{
    uint64_t from = UINT64_MAX, to = 0;
    if (sheets->families_expected >> family & 1)
        return;
    sheets->families_expected |= (uint64_t)1 << family;
    for (int block = 0; block < SHEET_BLOCKS; block++) {
        const struct sheet_piece *piece = &head->pieces[family][block];
        from = piece->at && piece->at < from ? piece->at : from;
        to = piece->at && piece->at + piece->size > to ? piece->at + piece->size : to;
    }
    if (to > from)
        posix_fadvise(sheets->descriptor, (off_t)from, (off_t)(to - from), POSIX_FADV_WILLNEED);
}

bool sheets_column(struct sheets *sheets, int family, void **data, size_t *size)
{
    const struct sheet_head *head = sheets_head(sheets, sheets->open);
    const struct sheet_piece *piece = head ? &head->pieces[family][sheets->block] : NULL;
    *data = NULL;
    *size = 0;
    if (!piece)
        return false;
    if (!piece->at)
        return true;
    expect_family(sheets, head, family);
    void *bytes = malloc((size_t)piece->size + 1);
    if (!bytes || !read_at(sheets->descriptor, bytes, piece->size, piece->at) ||
        sheet_check(bytes, piece->size) != piece->check) {
        free(bytes);
        return false;
    }
    *data = bytes;
    *size = piece->size;
    return true;
}

static uint64_t text_at(unsigned bit, unsigned block)
{
    return SHEET_TEXTS_AT + ((uint64_t)bit * SHEET_BLOCKS + block) * TEXT_BIT_BYTES;
}

void sheets_expect_texts(struct sheets *sheets, unsigned text, const unsigned *bits, size_t count)
{
    if (sheets->descriptor < 0 || (sheets->texts_expected >> text & 1))
        return;
    sheets->texts_expected |= (uint64_t)1 << text;
    for (size_t i = 0; i < count; i++)
        posix_fadvise(sheets->descriptor, (off_t)text_at(bits[i], 0), SHEET_BLOCKS * TEXT_BIT_BYTES, POSIX_FADV_WILLNEED);
}

bool sheets_text_bit(struct sheets *sheets, unsigned bit, unsigned char bits[TEXT_BIT_BYTES], bool *found)
{
    *found = true; /* where no event has it, the row holds nothing */
    return sheets->descriptor >= 0 && bit < TEXT_BITS &&
           read_at(sheets->descriptor, bits, TEXT_BIT_BYTES, text_at(bit, sheets->block));
}

void sheets_touch(struct sheets *sheets, int64_t number, bool of_texts, bool (*goes_on)(void *context), void *context,
                  int64_t *bytes)
{
    const struct sheet_head *head = sheets_head(sheets, number);
    uint64_t at = of_texts ? SHEET_TEXTS_AT : SHEET_COLUMNS_AT, end = of_texts ? SHEET_COLUMNS_AT : head ? head->size : 0;
    char *room = head ? malloc(TOUCH_BYTES) : NULL;
    while (room && at < end && goes_on(context)) {
        size_t part = end - at < TOUCH_BYTES ? (size_t)(end - at) : TOUCH_BYTES;
        if (!read_at(sheets->descriptor, room, part, at))
            break;
        at += part;
        *bytes += (int64_t)part;
    }
    free(room);
}

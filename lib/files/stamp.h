/* Stamp: how a file was when it was read, by which a later look tells whether it is still that. Values; any thread. */
#ifndef LIB_FILES_STAMP_H
#define LIB_FILES_STAMP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct file_stamp {
    int64_t size;     /* -1: it was never read */
    int64_t modified; /* nanoseconds since 1970 */
    int64_t inode;
};

#define FILE_STAMP_NONE ((struct file_stamp){.size = -1})

static inline struct file_stamp file_stamp_of(const struct stat *status)
{
    return (struct file_stamp){status->st_size, status->st_mtim.tv_sec * 1000000000LL + status->st_mtim.tv_nsec,
                               (int64_t)status->st_ino};
}

static inline bool file_stamp_equal(const struct file_stamp *then, const struct file_stamp *now)
{
    return then->size == now->size && then->modified == now->modified && then->inode == now->inode;
}

/* The same file with more in it, so that what was read of it may be left out; that its beginning has stayed is believed. */
static inline bool file_stamp_has_grown(const struct file_stamp *then, const struct file_stamp *now)
{
    return then->size >= 0 && then->inode == now->inode && now->size > then->size;
}

#endif

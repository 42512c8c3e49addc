// The door to the file system: every read, write, sync, rename and lock of this program is made here.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;

// Reads a whole file (at most `max` bytes, else E_LIMIT). `name` is what messages call it; "-" reads standard
// input. The bytes are followed by a NUL that *length does not count.
MUST_CHECK char *file_read(struct arena *arena, const char *name, size_t max, size_t *length,
                           struct err *err);
// The same of a file that this program keeps itself: what stands there instead (a pipe, a device, a folder)
// is E_FILE at once, and nobody waits for it. So it is with file_open.
MUST_CHECK char *file_load(struct arena *arena, const char *name, size_t max, size_t *length,
                           struct err *err);
bool file_exists(const char *name);
bool file_is_gone(const char *name); // nothing is there: it is not merely out of our sight
bool file_is_dir(const char *name);
// Makes a folder and its parents, new ones with mode 0700. An existing one is fine.
MUST_CHECK bool file_mkdirs(const char *name, struct err *err);
MUST_CHECK bool file_rename(const char *from, const char *to,
                            struct err *err); // durable: syncs the folder of `to`
MUST_CHECK bool file_sync_dir(const char *name, struct err *err);
void file_remove(const char *name); // a file, or an empty folder; one that is not there is fine

// An open file. Writes go where `file_append`/`file_write_at` say; nothing is durable before file_sync.
struct file {
    int fd; // -1: closed
    const char *name;
};
// All but READ create, with mode 0600 (PUBLIC: 0666), and follow no symbolic link; NEW and PUBLIC open
// nothing that is there already. What root makes, but for PUBLIC, belongs to the owner of its folder.
enum file_mode { FILE_READ, FILE_APPEND, FILE_UPDATE, FILE_NEW, FILE_PUBLIC };
MUST_CHECK bool file_open(struct file *file, const char *name, enum file_mode mode, struct err *err);
void file_close(struct file *file);
bool file_in_place(const struct file *file); // its name still leads to the very file that is open
MUST_CHECK bool file_append(struct file *file, const void *bytes, size_t length, struct err *err);
MUST_CHECK bool file_write_at(struct file *file, uint64_t offset, const void *bytes, size_t length,
                              struct err *err);
// Reads up to `length` bytes; *got tells how many there were.
MUST_CHECK bool file_read_at(struct file *file, uint64_t offset, void *bytes, size_t length, size_t *got,
                             struct err *err);
MUST_CHECK bool file_sync(struct file *file, struct err *err); // fdatasync; never retried after a failure
// Lets the disk begin with what was written. Nothing is promised; what fails, file_sync tells.
void file_hasten(struct file *file);
// The parts of file_replace (below), for what is written piece by piece: file_stage writes the bytes beside
// their place and leaves that file open; file_finish does the rest, or removes it, as file_unstage does. For
// many files at once: when each is synced and closed, file_unveil puts it in its place, and it is durable
// there when the folder is synced. `name` must live as long as the file is open.
MUST_CHECK bool file_stage(struct file *file, const char *name, enum file_mode mode, const void *bytes,
                           size_t length, struct err *err);
MUST_CHECK bool file_finish(struct file *file, struct err *err);
void file_unstage(struct file *file);
MUST_CHECK bool file_unveil(const char *name, struct err *err);
// Replaces a file as a whole (temporary file, fsync, rename, fsync of the folder), made as NEW or PUBLIC.
MUST_CHECK static inline bool file_replace_as(const char *name, enum file_mode mode, const void *bytes,
                                              size_t length, struct err *err)
{
    struct file file;
    return file_stage(&file, name, mode, bytes, length, err) && file_finish(&file, err);
}
MUST_CHECK static inline bool file_replace(const char *name, const void *bytes, size_t length,
                                           struct err *err)
{
    return file_replace_as(name, FILE_NEW, bytes, length, err);
}
MUST_CHECK bool file_size(struct file *file, uint64_t *size, struct err *err);
MUST_CHECK bool file_reserve(struct file *file, uint64_t offset, uint64_t length,
                             struct err *err); // keeps the size
MUST_CHECK bool file_truncate(struct file *file, uint64_t size, struct err *err);
// Exclusive advisory lock (flock); waits for it, or with wait=false says at once whether it was had.
MUST_CHECK bool file_lock(struct file *file, bool wait, bool *had, struct err *err);
void file_unlock(struct file *file);

// Standard streams, for cli/ alone. False: not all was written. A reader that has left is not an error of
// ours.
bool file_print(int fd, const char *bytes, size_t length);
// Whoever starts us with a standard stream closed gets nothing written there, or read; else the next file
// that is opened would stand in its place, and what is printed go into it.
void file_hold_standard(void);

// The file system's door. Not for what files mean: callers give bytes and names.
// Invariant: a true write has handed every byte to the kernel; only a true file_sync makes them durable.
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"

static bool failed(struct err *err, const char *what, const char *name)
{
    int why = errno;
    err_set(err, E_FILE, "cannot %s %s: %s", what, name, why == EISDIR ? "it is a folder" : strerror(why));
    if (why == ENOSPC || why == EDQUOT)
        err_hint(err, "make room on that disk, then try again");
    else if (why == EROFS || why == EIO)
        err_hint(err, "make sure that this disk works and can be written, or choose another folder");
    else if (why == EACCES || why == EPERM)
        err_hint(err, "whose is it? run this as its owner, or choose another folder");
    return false;
}

static int open_retrying(const char *name, int flags, mode_t mode)
{
    int fd;
    do
        fd = open(name, flags | O_CLOEXEC, mode);
    while (fd < 0 && errno == EINTR);
    return fd;
}

// After a call that failed: is it to be made again? A stream that somebody else made non-blocking is awaited.
static bool is_to_repeat(int fd, short wanted)
{
    return errno == EINTR || (errno == EAGAIN && poll(&(struct pollfd){fd, wanted, 0}, 1, -1) != 0);
}

static const char *folder_of(const char *name, char folder[PATH_MAX])
{
    const char *slash = strrchr(name, '/');
    snprintf(folder, PATH_MAX, "%.*s", slash == NULL || slash == name ? 1 : (int)(slash - name),
             slash == NULL ? "." : name);
    return folder;
}

// What root makes in somebody else's folder is that one's. What has a second name is not of our making.
static void hand_over(int fd, const char *name)
{
    struct stat made, above;
    char folder[PATH_MAX];
    if (geteuid() == 0 && fstat(fd, &made) == 0 && made.st_uid == 0 &&
        (made.st_nlink == 1 || S_ISDIR(made.st_mode)) && stat(folder_of(name, folder), &above) == 0 &&
        above.st_uid != 0)
        (void)!fchown(fd, above.st_uid, above.st_gid);
}

// All of it; then it is closed.
static char *take(struct arena *arena, struct file *file, size_t max, size_t *length, struct err *err)
{
    struct stat info = {0};
    size_t size = 64 * 1024, used = 0;
    ssize_t got = 1;
    if (fstat(file->fd, &info) == 0 && S_ISREG(info.st_mode))
        size = (size_t)info.st_size < max ? (size_t)info.st_size + 1 : max + 1;
    char *buffer = arena_alloc(arena, size + 1);
    while (got > 0 && used <= max) {
        if (used == size) {
            size_t larger = size * 2 > max ? max + 1 : size * 2;
            buffer = arena_grow(arena, buffer, used, larger + 1, 1);
            size = larger;
        }
        do
            got = read(file->fd, buffer + used, size - used);
        while (got < 0 && is_to_repeat(file->fd, POLLIN));
        used += got > 0 ? (size_t)got : 0;
    }
    buffer[used] = '\0';
    *length = used;
    bool ok = got < 0      ? failed(err, "read", file->name)
              : used > max ? err_set(err, E_LIMIT, "%s is larger than %zu bytes", file->name, max)
                           : true;
    if (file->fd != STDIN_FILENO)
        file_close(file);
    return ok ? buffer : NULL;
}

char *file_read(struct arena *arena, const char *name, size_t max, size_t *length, struct err *err)
{
    struct file file = {STDIN_FILENO, name};
    if (strcmp(name, "-") == 0 || (file.fd = open_retrying(name, O_RDONLY, 0)) >= 0)
        return take(arena, &file, max, length, err);
    failed(err, "read", name);
    return NULL;
}

char *file_load(struct arena *arena, const char *name, size_t max, size_t *length, struct err *err)
{
    struct file file;
    return file_open(&file, name, FILE_READ, err) ? take(arena, &file, max, length, err) : NULL;
}

bool file_exists(const char *name)
{
    return access(name, F_OK) == 0;
}

bool file_is_gone(const char *name)
{
    return access(name, F_OK) != 0 && errno != EACCES && errno != EIO;
}

bool file_is_dir(const char *name)
{
    struct stat info;
    return stat(name, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool make_folder(const char *name, struct err *err)
{
    if (mkdir(name, 0700) != 0)
        return errno == EEXIST || failed(err, "make the folder", name);
    int fd = open_retrying(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
    hand_over(fd, name);
    close(fd);
    return true;
}

bool file_mkdirs(const char *name, struct err *err)
{
    char path[PATH_MAX];
    size_t length = strlen(name);
    if (length >= sizeof path)
        return err_set(err, E_FILE, "the path %.80s… is too long", name);
    if (file_is_dir(name)) // nearly always
        return true;
    memcpy(path, name, length + 1);
    for (char *slash = path + 1;; slash++) {
        if (*slash != '/' && *slash != '\0')
            continue;
        char kept = *slash;
        *slash = '\0';
        if (!make_folder(path, err))
            return false;
        *slash = kept;
        if (kept == '\0')
            break;
    }
    return file_is_dir(name) || err_set(err, E_FILE, "%s is there and is not a folder", name);
}

bool file_open(struct file *file, const char *name, enum file_mode mode, struct err *err)
{
    enum { MADE = O_RDWR | O_CREAT | O_NOFOLLOW };
    static const int flags[] = {O_RDONLY, MADE | O_APPEND, MADE, MADE | O_EXCL, MADE | O_EXCL}; // by mode
    struct stat info;
    file->name = name;
    // A pipe would keep us waiting until somebody comes to its other end.
    file->fd = open_retrying(name, flags[mode] | O_NONBLOCK, mode == FILE_PUBLIC ? 0666 : 0600);
    if (file->fd < 0)
        return failed(err, "open", name);
    if (mode != FILE_READ && mode != FILE_PUBLIC)
        hand_over(file->fd, name);
    if (fstat(file->fd, &info) == 0 && S_ISREG(info.st_mode))
        return true;
    file_close(file);
    return err_set(err, E_FILE, "cannot open %s: what is there is no file", name);
}

void file_close(struct file *file)
{
    if (file != NULL && file->fd >= 0)
        close(file->fd);
    if (file != NULL)
        file->fd = -1;
}

bool file_in_place(const struct file *file)
{
    struct stat named, open_one;
    return lstat(file->name, &named) == 0 && fstat(file->fd, &open_one) == 0 &&
           named.st_dev == open_one.st_dev && named.st_ino == open_one.st_ino;
}

// At that offset, or, where it is below zero, behind the end.
static bool write_all(struct file *file, off_t offset, const char *at, size_t length, struct err *err)
{
    bool cut = fault_cuts(&length);
    while (length > 0) {
        ssize_t put = offset < 0 ? write(file->fd, at, length) : pwrite(file->fd, at, length, offset);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return failed(err, "write", file->name);
        at += put;
        offset += offset < 0 ? 0 : put;
        length -= (size_t)put;
    }
    return !cut || failed(err, "write", file->name);
}

bool file_append(struct file *file, const void *bytes, size_t length, struct err *err)
{
    return write_all(file, -1, bytes, length, err);
}

bool file_write_at(struct file *file, uint64_t offset, const void *bytes, size_t length, struct err *err)
{
    return write_all(file, (off_t)offset, bytes, length, err);
}

bool file_read_at(struct file *file, uint64_t offset, void *bytes, size_t length, size_t *got,
                  struct err *err)
{
    char *at = bytes;
    *got = 0;
    while (*got < length) {
        ssize_t n = pread(file->fd, at + *got, length - *got, (off_t)(offset + *got));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return failed(err, "read", file->name);
        if (n == 0)
            break;
        *got += (size_t)n;
    }
    return true;
}

bool file_sync(struct file *file, struct err *err)
{
    return (fault_point() && fdatasync(file->fd) == 0) || failed(err, "make durable", file->name);
}

void file_hasten(struct file *file)
{
    (void)sync_file_range(file->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
}

bool file_size(struct file *file, uint64_t *size, struct err *err)
{
    struct stat info;
    if (fstat(file->fd, &info) != 0)
        return failed(err, "look at", file->name);
    *size = (uint64_t)info.st_size;
    return true;
}

bool file_reserve(struct file *file, uint64_t offset, uint64_t length, struct err *err)
{
    bool ok = fault_point();
    while (ok && fallocate(file->fd, FALLOC_FL_KEEP_SIZE, (off_t)offset, (off_t)length) != 0 &&
           errno != EOPNOTSUPP)
        ok = errno == EINTR;
    return ok || failed(err, "reserve room in", file->name);
}

bool file_truncate(struct file *file, uint64_t size, struct err *err)
{
    return ftruncate(file->fd, (off_t)size) == 0 || failed(err, "cut", file->name);
}

bool file_lock(struct file *file, bool wait, bool *had, struct err *err)
{
    int result;
    do
        result = flock(file->fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB);
    while (result != 0 && errno == EINTR);
    *had = result == 0;
    return result == 0 || errno == EWOULDBLOCK || failed(err, "lock", file->name);
}

void file_unlock(struct file *file)
{
    flock(file->fd, LOCK_UN);
}

bool file_sync_dir(const char *name, struct err *err)
{
    int fd = open_retrying(name, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        return failed(err, "open the folder", name);
    bool ok = (fault_point() && fsync(fd) == 0) || failed(err, "make durable the folder", name);
    close(fd);
    return ok;
}

static bool sync_folder_of(const char *name, struct err *err)
{
    char folder[PATH_MAX];
    return file_sync_dir(folder_of(name, folder), err);
}

static bool move(const char *from, const char *to, struct err *err)
{
    return (fault_point() && rename(from, to) == 0) ||
           err_set(err, E_FILE, "cannot rename %s to %s: %s", from, to, strerror(errno));
}

bool file_rename(const char *from, const char *to, struct err *err)
{
    return move(from, to, err) && sync_folder_of(to, err);
}

enum { STAGED = PATH_MAX + 8 };

static const char *staged(char name[STAGED], const char *of)
{
    snprintf(name, STAGED, "%s.new", of);
    return name;
}

// Is there a file, or nothing? A device must stay: who writes to /dev/null as root would leave us without.
static bool may_replace(const char *name, struct err *err)
{
    struct stat here, there;
    if (lstat(name, &here) != 0 || S_ISREG(here.st_mode) ||
        S_ISDIR(here.st_mode)) // a folder is never replaced
        return true;
    bool system = strncmp(name, "/dev/", 5) == 0; // /dev/stdout is a link
    if (S_ISLNK(here.st_mode) && !system && (stat(name, &there) != 0 || S_ISREG(there.st_mode)))
        return true;
    err_set(err, E_FILE, "%s is no file, and is not replaced by one", name);
    err_hint(err, "name a file");
    return false;
}

bool file_stage(struct file *file, const char *name, enum file_mode mode, const void *bytes, size_t length,
                struct err *err)
{
    char temporary[STAGED];
    if (strlen(name) >= PATH_MAX)
        return err_set(err, E_FILE, "the path %.80s… is too long", name);
    if (!may_replace(name, err))
        return false;
    file_remove(staged(temporary, name));
    bool opened = file_open(file, temporary, mode, err);
    file->name = name; // also where it is not open: the other goes with this function
    bool ok = opened && file_append(file, bytes, length, err);
    if (opened && !ok)
        file_unstage(file);
    return ok;
}

void file_unstage(struct file *file)
{
    char temporary[STAGED];
    file_close(file);
    file_remove(staged(temporary, file->name));
}

bool file_unveil(const char *name, struct err *err)
{
    char temporary[STAGED];
    return move(staged(temporary, name), name, err);
}

bool file_finish(struct file *file, struct err *err)
{
    bool ok = file_sync(file, err);
    file_close(file);
    ok = ok && file_unveil(file->name, err);
    if (!ok)
        file_unstage(file);
    return ok && sync_folder_of(file->name, err);
}

void file_remove(const char *name)
{
    remove(name);
}

void file_hold_standard(void)
{
    int fd = STDIN_FILENO;
    while (fd >= 0 && fd <= STDERR_FILENO)
        fd = open_retrying("/dev/null", O_RDONLY, 0);
    close(fd);
}

bool file_print(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t put = write(fd, bytes, length);
        if (put < 0 && is_to_repeat(fd, POLLOUT))
            continue;
        if (put <= 0)
            return put < 0 && errno == EPIPE;
        bytes += put;
        length -= (size_t)put;
    }
    return true;
}

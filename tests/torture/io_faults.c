/* Stands between a program and its disk: at the n-th call that writes to chosen files it fails, or kills the program.
 *
 * Loaded with LD_PRELOAD. The file named in RAMRIS_FAULTS is mapped as `struct orders` and shared with whoever gives the
 * orders, so that they can change while the program runs. tests/torture/disk.py has the same layout.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

enum { COUNT = 0, FAIL = 1, FAIL_FROM_THERE_ON = 2, KILL = 3 };

struct orders {
    int32_t mode;
    int32_t error;    /* errno of a failure */
    int64_t at;       /* the call, counted from 1 */
    int64_t seen;     /* calls so far; written here */
    char part[104];   /* a file counts when its path has this in it */
};

static struct orders *orders;

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("RAMRIS_FAULTS");
    int fd = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void *found = mmap(NULL, sizeof(struct orders), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (found != MAP_FAILED) orders = found;
}

static int counts(const char *path) { return orders && orders->part[0] && strstr(path, orders->part); }

static int counts_fd(int fd) {
    char link[64], path[4096];
    if (!orders || !orders->part[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return counts(path);
}

/* 1 when this call must fail; does not come back when it must kill, unless `half` is to be done first */
static int struck(int half) {
    int64_t now = __sync_add_and_fetch(&orders->seen, 1);
    if (orders->mode == COUNT || now < orders->at) return 0;
    if (orders->mode == KILL) {
        if (now > orders->at) return 0;
        if (half) return 1;
        raise(SIGKILL);
    }
    if (orders->mode == FAIL && now > orders->at) return 0;
    errno = orders->error;
    return 1;
}

#define REAL(name, result, declared) \
    static result(*real) declared; \
    if (!real) real = (result(*) declared)dlsym(RTLD_NEXT, name)

/* a write that is killed is torn: half of it is done */
#define WRITES(name, declared, given, torn) \
    ssize_t name declared { \
        REAL(#name, ssize_t, declared); \
        if (counts_fd(fd) && struck(1)) { \
            if (orders->mode != KILL) return -1; \
            if (real torn < 0) _exit(99); \
            raise(SIGKILL); \
        } \
        return real given; \
    }
WRITES(write, (int fd, const void *bytes, size_t count), (fd, bytes, count), (fd, bytes, count / 2))
WRITES(pwrite, (int fd, const void *bytes, size_t count, off_t place), (fd, bytes, count, place),
       (fd, bytes, count / 2, place))
WRITES(pwrite64, (int fd, const void *bytes, size_t count, off64_t place), (fd, bytes, count, place),
       (fd, bytes, count / 2, place))

#define ON_FD(name, declared, given) \
    int name declared { \
        REAL(#name, int, declared); \
        if (counts_fd(fd) && struck(0)) return -1; \
        return real given; \
    }
ON_FD(fsync, (int fd), (fd))
ON_FD(fdatasync, (int fd), (fd))
ON_FD(ftruncate, (int fd, off_t length), (fd, length))
ON_FD(ftruncate64, (int fd, off64_t length), (fd, length))

#define ON_PATH(name, declared, given, path) \
    int name declared { \
        REAL(#name, int, declared); \
        if (counts(path) && struck(0)) return -1; \
        return real given; \
    }
ON_PATH(unlink, (const char *path), (path), path)
ON_PATH(rename, (const char *from, const char *to), (from, to), to)
ON_PATH(mkdir, (const char *path, mode_t mode), (path, mode), path)

#define OPENS(name) \
    int name(const char *path, int flags, ...) { \
        REAL(#name, int, (const char *, int, ...)); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | O_TMPFILE)) { \
            va_list rest; \
            va_start(rest, flags); \
            mode = va_arg(rest, mode_t); \
            va_end(rest); \
        } \
        if ((flags & O_ACCMODE) != O_RDONLY && counts(path) && struck(0)) return -1; \
        return real(path, flags, mode); \
    }
OPENS(open)
OPENS(open64)

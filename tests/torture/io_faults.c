/* Stands between a program and its disk: at the n-th call that writes to chosen files it fails, or kills the program.
 * Or it writes down each of these calls and whatever the program tells on its standard output, in their order, in the
 * file of the orders with .log behind its name; tests/torture/power_cuts.py reads that.
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
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { COUNT = 0, FAIL = 1, FAIL_FROM_THERE_ON = 2, KILL = 3, RECORD = 4 };
enum { WRITTEN = 0, SYNCED = 1, CUT = 2, MADE = 3, UNLINKED = 4, RENAMED = 5, TOLD = 6, FOLDER = 7 };

struct noted {
    int32_t what;
    int32_t path;     /* bytes of the path that follow, then those of what was written */
    int64_t place;    /* where it was written, or how long the file is now */
    int64_t length;
};

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

static void path_of(int fd, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, size - 1);
    path[length < 0 ? 0 : length] = 0;
}

static int counts(const char *path) { return orders && orders->part[0] && strstr(path, orders->part); }

static int counts_fd(int fd) {
    char path[4096];
    if (!orders || !orders->part[0]) return 0;
    path_of(fd, path, sizeof path);
    return counts(path);
}

static void note(int what, const char *path, int64_t place, const void *bytes, int64_t length) {
    char name[4096];
    int kept = errno;
    snprintf(name, sizeof name, "%s.log", getenv("RAMRIS_FAULTS"));
    int log = syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    struct noted row = {what, (int32_t)strlen(path), place, length};
    syscall(SYS_write, log, &row, sizeof row);
    syscall(SYS_write, log, path, strlen(path));
    if (length) syscall(SYS_write, log, bytes, length);
    syscall(SYS_close, log);
    errno = kept;
}

static int recording(void) { return orders && orders->mode == RECORD; }

static void note_fd(int what, int fd, int64_t place, const void *bytes, int64_t length) {
    char path[4096];
    path_of(fd, path, sizeof path);
    if (counts(path)) note(what, path, place, bytes, length);
}

/* 1 when this call must fail; does not come back when it must kill, unless `half` is to be done first */
static int struck(int half) {
    int64_t now = __sync_add_and_fetch(&orders->seen, 1);
    if (orders->mode == COUNT || orders->mode == RECORD || now < orders->at) return 0;
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
#define WRITES(name, declared, given, torn, at) \
    ssize_t name declared { \
        REAL(#name, ssize_t, declared); \
        if (recording()) { \
            int64_t from = at; \
            ssize_t done = real given; \
            if (fd == 1) note(TOLD, "", 0, bytes, done < 0 ? 0 : done); \
            else if (done > 0) note_fd(WRITTEN, fd, from, bytes, done); \
            return done; \
        } \
        if (counts_fd(fd) && struck(1)) { \
            if (orders->mode != KILL) return -1; \
            if (real torn < 0) _exit(99); \
            raise(SIGKILL); \
        } \
        return real given; \
    }
WRITES(write, (int fd, const void *bytes, size_t count), (fd, bytes, count), (fd, bytes, count / 2),
       lseek(fd, 0, SEEK_CUR))
WRITES(pwrite, (int fd, const void *bytes, size_t count, off_t place), (fd, bytes, count, place),
       (fd, bytes, count / 2, place), place)
WRITES(pwrite64, (int fd, const void *bytes, size_t count, off64_t place), (fd, bytes, count, place),
       (fd, bytes, count / 2, place), place)

#define ON_FD(name, declared, given, what, size) \
    int name declared { \
        REAL(#name, int, declared); \
        if (counts_fd(fd) && struck(0)) return -1; \
        int done = real given; \
        if (recording() && done == 0) note_fd(what, fd, size, "", 0); \
        return done; \
    }
ON_FD(fsync, (int fd), (fd), SYNCED, 0)
ON_FD(fdatasync, (int fd), (fd), SYNCED, 0)
ON_FD(ftruncate, (int fd, off_t length), (fd, length), CUT, length)
ON_FD(ftruncate64, (int fd, off64_t length), (fd, length), CUT, length)

#define ON_PATH(name, declared, given, path, what, from) \
    int name declared { \
        REAL(#name, int, declared); \
        if (counts(path) && struck(0)) return -1; \
        int done = real given; \
        if (recording() && done == 0 && counts(path)) note(what, path, 0, from, strlen(from)); \
        return done; \
    }
ON_PATH(unlink, (const char *path), (path), path, UNLINKED, "")
ON_PATH(rename, (const char *from, const char *to), (from, to), to, RENAMED, from)
ON_PATH(mkdir, (const char *path, mode_t mode), (path, mode), path, FOLDER, "")

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
        int made = recording() && (flags & O_CREAT) && counts(path) && access(path, F_OK) != 0; \
        int fd = real(path, flags, mode); \
        if (made && fd >= 0) note(MADE, path, 0, "", 0); \
        return fd; \
    }
OPENS(open)
OPENS(open64)

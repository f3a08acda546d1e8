/* A clock that shows another day, for the processes that are started with it (LD_PRELOAD): the time of day alone is
 * moved, by ODD_CLOCK_AHEAD seconds. Clocks that measure how long something takes go on as they are, so whoever waits
 * waits as long as ever. Files keep the time of the disk, as on a server whose clock is wrong.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static int (*clock_of_the_system)(clockid_t, struct timespec *);
static time_t ahead;

static void begin(void)
{
    const char *told = getenv("ODD_CLOCK_AHEAD");

    ahead = told ? (time_t)atoll(told) : 0;
    clock_of_the_system = dlsym(RTLD_NEXT, "clock_gettime");
}

int clock_gettime(clockid_t id, struct timespec *at)
{
    if (!clock_of_the_system)
        begin();
    int failed = clock_of_the_system(id, at);
    if (!failed && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        at->tv_sec += ahead;
    return failed;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone)
{
    struct timespec now;

    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now))
        return -1;
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (at)
        *at = now.tv_sec;
    return now.tv_sec;
}

int timespec_get(struct timespec *at, int base)
{
    return base == TIME_UTC && !clock_gettime(CLOCK_REALTIME, at) ? base : 0;
}

/*
 * Stands between a program and the system calls of its disk and its wall clock. A bench loads it into the lane's
 * processes (LD_PRELOAD) and turns its knobs while they run; the lane's own code knows nothing of it.
 *
 *   GATELANE_SHIM_FOLDER   only files below this folder are touched
 *   GATELANE_SHIM_KNOBS    64 bytes shared with the bench, see `struct knobs`
 *   GATELANE_SHIM_LOG      when set, every change of such a file is appended here, see `struct record`
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct knobs {
  int64_t clock_offset_ms; /* added to the wall clock */
  int64_t flush_delay_us;  /* every fsync and fdatasync takes so much longer */
  int64_t flush_errno;     /* when not 0, they fail with it */
  int64_t write_errno;     /* when not 0, writes fail with it */
};

/* One change, followed by `path_length` bytes of path and `data_length` bytes of data. */
struct record {
  uint8_t kind; /* W write, T truncate, S sync, C create, U unlink, R rename (data: new path), D sync of a folder */
  uint8_t pad[7];
  int64_t offset;
  uint32_t path_length;
  uint32_t data_length;
};

static const struct knobs none;
static const volatile struct knobs *knobs = &none;
static char folder[1024];
static size_t folder_length;
static int log_fd = -1;
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off64_t);
static int (*real_open)(const char *, int, ...);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);
static int (*real_clock_gettime)(clockid_t, struct timespec *);
static int (*real_gettimeofday)(struct timeval *, void *);

__attribute__((constructor)) static void start(void) {
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_write = dlsym(RTLD_NEXT, "write");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_open = dlsym(RTLD_NEXT, "open64");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
  real_rename = dlsym(RTLD_NEXT, "rename");
  real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
  real_gettimeofday = dlsym(RTLD_NEXT, "gettimeofday");
  const char *wanted = getenv("GATELANE_SHIM_FOLDER");
  if (wanted != NULL && realpath(wanted, folder) != NULL) folder_length = strlen(folder);
  const char *shared = getenv("GATELANE_SHIM_KNOBS");
  int fd = shared == NULL ? -1 : real_open(shared, O_RDONLY | O_CLOEXEC);
  if (fd >= 0) {
    void *page = mmap(NULL, sizeof(struct knobs), PROT_READ, MAP_SHARED, fd, 0);
    if (page != MAP_FAILED) knobs = page;
    close(fd);
  }
  const char *log = getenv("GATELANE_SHIM_LOG");
  if (log != NULL) log_fd = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int below(const char *path) {
  if (folder_length == 0 || strncmp(path, folder, folder_length) != 0 || path[folder_length] != '/') return 0;
  const char *dot = strrchr(path, '-');
  /* The shared index of a write-ahead log is memory, not disk. */
  return dot == NULL || strcmp(dot, "-shm") != 0;
}

static int ours(int fd, char *path, size_t size) {
  if (folder_length == 0 || fd < 3) return 0;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, size - 1);
  if (length <= 0) return 0;
  path[length] = '\0';
  return below(path) || strcmp(path, folder) == 0;
}

static void note(char kind, const char *path, int64_t offset, const void *data, size_t length) {
  if (log_fd < 0) return;
  struct record head = {.kind = (uint8_t)kind, .offset = offset};
  head.path_length = (uint32_t)strlen(path);
  head.data_length = (uint32_t)length;
  pthread_mutex_lock(&log_lock);
  real_write(log_fd, &head, sizeof head);
  real_write(log_fd, path, head.path_length);
  if (length > 0) real_write(log_fd, data, length);
  pthread_mutex_unlock(&log_lock);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
  char path[1024];
  if (!ours(fd, path, sizeof path)) return real_pwrite(fd, data, length, offset);
  if (knobs->write_errno != 0) return errno = (int)knobs->write_errno, -1;
  ssize_t written = real_pwrite(fd, data, length, offset);
  if (written > 0) note('W', path, offset, data, (size_t)written);
  return written;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return pwrite64(fd, data, length, offset); }

ssize_t write(int fd, const void *data, size_t length) {
  char path[1024];
  if (fd == log_fd || !ours(fd, path, sizeof path)) return real_write(fd, data, length);
  if (knobs->write_errno != 0) return errno = (int)knobs->write_errno, -1;
  off64_t offset = lseek64(fd, 0, SEEK_CUR);
  if ((fcntl(fd, F_GETFL) & O_APPEND) != 0) offset = lseek64(fd, 0, SEEK_END);
  ssize_t written = real_write(fd, data, length);
  if (written > 0) note('W', path, offset, data, (size_t)written);
  return written;
}

static int flushed(int fd, int (*flush)(int)) {
  char path[1024];
  if (!ours(fd, path, sizeof path)) return flush(fd);
  if (knobs->flush_delay_us > 0) usleep((useconds_t)knobs->flush_delay_us);
  if (knobs->flush_errno != 0) return errno = (int)knobs->flush_errno, -1;
  int result = flush(fd);
  struct stat status;
  if (result == 0 && fstat(fd, &status) == 0) note(S_ISDIR(status.st_mode) ? 'D' : 'S', path, 0, NULL, 0);
  return result;
}

int fsync(int fd) { return flushed(fd, real_fsync); }
int fdatasync(int fd) { return flushed(fd, real_fdatasync); }

int ftruncate64(int fd, off64_t length) {
  char path[1024];
  int result = real_ftruncate(fd, length);
  if (result == 0 && ours(fd, path, sizeof path)) note('T', path, length, NULL, 0);
  return result;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int open64(const char *name, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  int is_new = (flags & O_CREAT) != 0 && access(name, F_OK) != 0;
  int fd = real_open(name, flags, mode);
  char path[1024];
  if (fd >= 0 && log_fd >= 0 && (is_new || (flags & O_TRUNC) != 0) && ours(fd, path, sizeof path)) {
    if (is_new) note('C', path, 0, NULL, 0);
    else note('T', path, 0, NULL, 0);
  }
  return fd;
}

int open(const char *name, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open64(name, flags, mode);
}

int unlink(const char *name) {
  char path[1024];
  int known = log_fd >= 0 && realpath(name, path) != NULL && below(path);
  int result = real_unlink(name);
  if (result == 0 && known) note('U', path, 0, NULL, 0);
  return result;
}

int rename(const char *from, const char *to) {
  char path[1024], target[1024];
  int known = log_fd >= 0 && realpath(from, path) != NULL && below(path);
  int result = real_rename(from, to);
  if (result == 0 && known && realpath(to, target) != NULL) note('R', path, 0, target, strlen(target));
  return result;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = real_clock_gettime(clock, now);
  int64_t offset = knobs->clock_offset_ms;
  if (result == 0 && offset != 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    int64_t ns = now->tv_nsec + offset % 1000 * 1000000;
    now->tv_sec += offset / 1000 + (ns >= 1000000000 ? 1 : ns < 0 ? -1 : 0);
    now->tv_nsec = (ns + 1000000000) % 1000000000;
  }
  return result;
}

int gettimeofday(struct timeval *now, void *zone) {
  int result = real_gettimeofday(now, zone);
  if (result == 0) now->tv_sec += knobs->clock_offset_ms / 1000;
  return result;
}

/* CPU, memory and disk of this machine. */
#include "io/shared/machine.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "base/clock.h"

enum { TEXT = 4096, SECOND_US = 1000 * 1000 };

static bool read_text(const char *path, char to[TEXT])
{
    int     fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, to, TEXT - 1);

    if (fd >= 0)
        close(fd);
    to[n > 0 ? n : 0] = 0;
    return n > 0;
}

/* user nice system idle iowait irq softirq steal: jiffies since boot. */
static void cpu(struct machine_seen *seen, struct machine *ret)
{
    char        text[TEXT];
    const char *at = text + 4;
    int64_t     all = 0, idle = 0, now = clock_mono_us(), was = atomic_load(&seen->at_us);

    ret->cpu_permille = atomic_load(&seen->permille);
    if (now - was < SECOND_US || !read_text("/proc/stat", text) || strncmp(text, "cpu ", 4))
        return;
    for (int i = 0; i < 8; i++) {
        char   *end;
        int64_t v = strtoll(at, &end, 10);
        all += v;
        idle += i == 3 || i == 4 ? v : 0;
        at = end;
    }
    if (!atomic_compare_exchange_strong(&seen->at_us, &was, now))
        return;
    int64_t busy_before = atomic_exchange(&seen->busy, all - idle), all_before = atomic_exchange(&seen->all, all);
    if (was && all > all_before)
        ret->cpu_permille = 1000 * (all - idle - busy_before) / (all - all_before);
    atomic_store(&seen->permille, ret->cpu_permille);
}

static int64_t line_kib(const char *text, const char *word)
{
    const char *at = strstr(text, word);
    return at ? strtoll(at + strlen(word), NULL, 10) * 1024 : 0;
}

static void memory(struct machine *ret)
{
    char text[TEXT];

    if (!read_text("/proc/meminfo", text))
        return;
    ret->memory = line_kib(text, "MemTotal:");
    ret->memory_used = ret->memory - line_kib(text, "MemAvailable:");
}

static void disk(struct str data, struct machine *ret)
{
    char           path[1024];
    struct statvfs fs;

    if ((size_t)snprintf(path, sizeof path, STR_FMT, STR_ARG(data)) >= sizeof path || statvfs(path, &fs) != 0)
        return;
    ret->disk = (int64_t)(fs.f_blocks * fs.f_frsize);
    ret->disk_free = (int64_t)(fs.f_bavail * fs.f_frsize);
}

void machine_look(struct machine_seen *seen, struct str data, struct machine *ret)
{
    double load = 0;

    *ret = (struct machine){ .cores = sysconf(_SC_NPROCESSORS_ONLN) };
    gethostname(ret->name, sizeof ret->name - 1);
    cpu(seen, ret);
    memory(ret);
    disk(data, ret);
    if (getloadavg(&load, 1) == 1)
        ret->load_milli = (int64_t)(load * 1000);
}

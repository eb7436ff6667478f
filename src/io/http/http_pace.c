/* Readers that are too slow: bytes acknowledged in a window of time, held against a rate. */
#include "io/http/http_pace.h"
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

struct pace pace_of(int64_t taken, int64_t now_us) { return (struct pace){ .looked_us = now_us, .taken = taken }; }

bool pace_is_slow(struct pace *p, bool owed, int64_t taken, int64_t now_us, int64_t window_us)
{
    int64_t passed_us = now_us - p->looked_us, took = taken - p->taken;

    p->looked_us = now_us;
    p->owed_us += owed ? passed_us : 0;
    if (p->owed_us < window_us)
        return false;
    bool slow = took < p->owed_us / 1000 * HTTP_READ_BYTES_PER_S / 1000;
    *p = pace_of(taken, now_us);
    return slow;
}

int64_t pace_taken(int fd)
{
    struct tcp_info info = { 0 };
    socklen_t       n = sizeof info;

    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &n) == 0 ? (int64_t)info.tcpi_bytes_acked : 0;
}

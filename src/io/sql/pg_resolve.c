/* Looks up the name of a host in a process of its own: getaddrinfo() may take as long as all servers of resolv.conf are silent. */
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "io/sql/pg_int.h"

enum { ADDRESSES_MOST = 4 };

static void answer(const char *name, int fd)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *all = NULL;
    char            text[ADDRESSES_MOST * (NI_MAXHOST + 1)] = "", one[NI_MAXHOST];
    int             n = 0;

    if (getaddrinfo(name, NULL, &hints, &all) != 0)
        return;
    for (const struct addrinfo *i = all; i && n < ADDRESSES_MOST; i = i->ai_next)
        if (getnameinfo(i->ai_addr, i->ai_addrlen, one, sizeof one, NULL, 0, NI_NUMERICHOST) == 0)
            strcat(strcat(text, n++ ? "," : ""), one);
    if (write(fd, text, strlen(text)) < 0)
        return; /* nobody reads any more */
}

bool pg_resolve_start(const char *name, int *ret_fd, int32_t *ret_pid)
{
    int   pipe_fd[2];
    pid_t parent = getpid();

    if (pipe2(pipe_fd, O_CLOEXEC) < 0)
        return false;
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() == parent)
            answer(name, pipe_fd[1]);
        _exit(0);
    }
    close(pipe_fd[1]);
    if (pid < 0 || fcntl(pipe_fd[0], F_SETFL, O_NONBLOCK) < 0) {
        close(pipe_fd[0]);
        return false;
    }
    *ret_fd = pipe_fd[0];
    *ret_pid = pid;
    return true;
}

void pg_resolve_end(int fd, int32_t pid)
{
    close(fd);
    kill(pid, SIGKILL); /* it is a child of ours that nobody has waited for: the number is still its own */
    waitpid(pid, NULL, 0);
}

// Runs a command as on a machine of Azure: in a network of its own, which holds nothing but this machine and
// the address of the metadata service.
//   machine COMMAND ARGUMENT...    77, and why, where this system does not let it
#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void must(int fine, const char *what)
{
    if (fine)
        return;
    perror(what);
    exit(77);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    must(file != NULL, path);
    fputs(text, file);
    must(fclose(file) == 0, path);
}

// Who is not root is it in a user namespace of his own.
static void leave_the_network(void)
{
    char map[64];
    unsigned uid = getuid(), gid = getgid();
    if (unshare(CLONE_NEWNET) == 0)
        return;
    must(unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0, "a network of one's own");
    write_file("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "0 %u 1", uid);
    write_file("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "0 %u 1", gid);
    write_file("/proc/self/gid_map", map);
}

static void set_address(int fd, const char *name, const char *address)
{
    struct ifreq request = {0};
    struct sockaddr_in at = {.sin_family = AF_INET};
    strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
    if (address != NULL) {
        must(inet_pton(AF_INET, address, &at.sin_addr) == 1, address);
        memcpy(&request.ifr_addr, &at, sizeof at);
        must(ioctl(fd, SIOCSIFADDR, &request) == 0, address);
    }
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    must(ioctl(fd, SIOCSIFFLAGS, &request) == 0, name);
}

int main(int argc, char **argv)
{
    must(argc > 1, "machine COMMAND ARGUMENT...");
    leave_the_network();
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    must(fd >= 0, "socket");
    set_address(fd, "lo", NULL);
    set_address(fd, "lo:1", "169.254.169.254");
    close(fd);
    execvp(argv[1], argv + 1);
    must(0, argv[1]);
}

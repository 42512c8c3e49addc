// scratch FOLDER: what scratch_close does, for tests that are scripts.   scratch --file FILE: searches one,
// and keeps it.   scratch --wait: makes a folder, says which, and waits to be killed.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "scratch.h"

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--file") == 0)
        return access(argv[2], R_OK) != 0 || scratch_search(argv[2]) > 0;
    if (argc == 2 && strcmp(argv[1], "--wait") == 0) {
        char folder[SCRATCH_SIZE];
        scratch_open(folder);
        puts(folder);
        fflush(stdout);
        return pause();
    }
    if (argc != 2)
        return fprintf(stderr, "usage: scratch FOLDER | scratch --file FILE | scratch --wait\n"), 2;
    scratch_close(argv[1]);
    return 0;
}

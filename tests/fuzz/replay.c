/* tests/fuzz/replay.c - gives every file of the folders named on the command line to a fuzz target, in any build. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void replay(const char *path)
{
    FILE       *f = fopen(path, "rb");
    struct stat st;

    if (!f || fstat(fileno(f), &st) || !S_ISREG(st.st_mode)) {
        perror(path);
        exit(1);
    }
    /* exactly as large as the input, so that the sanitizers see a read past its end */
    uint8_t *data = malloc((size_t)st.st_size + !st.st_size);
    if (!data || fread(data, 1, (size_t)st.st_size, f) != (size_t)st.st_size) {
        perror(path);
        exit(1);
    }
    fclose(f);
    LLVMFuzzerTestOneInput(data, (size_t)st.st_size);
    free(data);
}

int main(int argc, char **argv)
{
    int files = 0;

    for (int i = 1; i < argc; i++) {
        DIR           *dir = opendir(argv[i]);
        struct dirent *d;
        char           path[4096];

        for (; dir && (d = readdir(dir));) {
            if (d->d_name[0] == '.')
                continue;
            snprintf(path, sizeof path, "%s/%s", argv[i], d->d_name);
            replay(path);
            files++;
        }
        if (dir)
            closedir(dir);
    }
    printf("%d inputs replayed\n", files);
    return files == 0;
}

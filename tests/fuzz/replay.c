// replay PATH... -- run a fuzz target on each file, and on each file of each folder: the corpus as a test.
#include <dirent.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

static int run_file(const char *path) {
    FILE *file = fopen(path, "rb");
    struct stat about;
    if (!file || fstat(fileno(file), &about)) {
        perror(path);
        exit(1);
    }
    // Exactly as large as the input, so that a sanitizer sees a byte read beyond it.
    size_t size = (size_t)about.st_size;
    uint8_t *bytes = malloc(size ? size : 1);
    if (!bytes || fread(bytes, 1, size, file) != size) abort();
    fclose(file);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    return 1;
}

static int run(const char *path) {
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort), ran = 0;
    if (count < 0) return run_file(path);
    for (int i = 0; i < count; i++) {
        char name[4096];
        snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.') ran += run_file(name);
        free(entries[i]);
    }
    free(entries);
    return ran;
}

int main(int argc, char **argv) {
    int ran = 0;
    for (int i = 1; i < argc; i++) ran += run(argv[i]);
    printf("%d inputs\n", ran);
    return ran ? 0 : 1;
}

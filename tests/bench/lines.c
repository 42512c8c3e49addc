// lines FILE: reads a log and, line by line, hashes it with SHA-256 and parses it with cJSON: what audit
// verify is measured against. Invariant: a line that is no JSON ends it with 1.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>
#include <openssl/evp.h>

int main(int argc, char **argv)
{
    FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
    char *line = NULL;
    size_t size = 0, lines = 0;
    unsigned char hash[EVP_MAX_MD_SIZE], mixed = 0;
    if (file == NULL)
        return 2;
    for (ssize_t length; (length = getline(&line, &size, file)) > 0; lines++) {
        if (EVP_Digest(line, (size_t)length - 1, hash, NULL, EVP_sha256(), NULL) != 1)
            return 1;
        cJSON *value = cJSON_ParseWithLength(line, (size_t)length);
        if (value == NULL)
            return 1;
        cJSON_Delete(value);
        mixed ^= hash[0];
    }
    printf("%zu %u\n", lines, mixed);
    free(line);
    return fclose(file) == 0 ? 0 : 1;
}

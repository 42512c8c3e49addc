// The files that are built into the binary: stdlib, playbooks, clause catalogues, the lab's estate. A copied
// binary works alone; folders given with --lib stand in front of them (playbook/catalog.h).
#pragma once
#include <stddef.h>

struct embed_file {
    const char *path;  // relative, such as "stdlib/keyvault/set_firewall.lua"
    const char *bytes; // followed by a NUL
    size_t length;
    const char *digest;   // SHA-256 of the bytes, in hex
    const char *compiled; // of the library's Lua files: the same as bytecode; else NULL
    size_t compiled_length;
};

// All files, sorted by path. Made by the build from the folders of the source tree.
extern const struct embed_file embed_files[];
extern const size_t embed_file_count;

const struct embed_file *embed_find(const char *path); // NULL when there is none
// Lets go of the pages that were read of them; who reads there again gets them again.
void embed_release(void);

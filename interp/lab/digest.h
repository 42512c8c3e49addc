// One number for everything that a client can change.
#pragma once

struct arena;
struct estate;
struct value;

// What it is made of: lines KEY<TAB>JSON, sorted.
const struct value *digest_lines(struct arena *arena, struct estate *estate);
char *digest_estate(struct arena *arena, struct estate *estate); // "sha256:…"

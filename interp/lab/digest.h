// One number for everything that a client can change.
#pragma once

struct arena;
struct estate;

char *digest_estate(struct arena *arena, struct estate *estate); // "sha256:…"

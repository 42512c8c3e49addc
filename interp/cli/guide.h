// The language of playbooks in short, for who has the program and nothing else at hand.
#pragma once
#include <stdbool.h>

struct text;

void guide_language(struct text *out, int width, bool colour);

// Comparing without case in every script: for what must not slip through because somebody else wrote it in
// other letters. Most texts are compared without the case of ASCII letters (base/text.h).
#pragma once
#include <stdbool.h>

bool letters_same(const char *a, const char *b);                  // NULL is the same as nothing
bool letters_glob(const char *pattern, const char *text);         // `*` and `?`, the whole text
const char *letters_behind(const char *text, const char *prefix); // what follows it in text; NULL: not there

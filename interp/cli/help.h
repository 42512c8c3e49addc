// Help, and the manual page, from the tables of commands and options.
#pragma once
#include <stdbool.h>

struct text;

void help_all(struct text *out, int width);
// Of all commands that are, or begin with, these words; false: there is none.
bool help_commands(struct text *out, int width, const char *words);
void help_man(struct text *out); // troff

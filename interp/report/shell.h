// A command that a person can copy from the screen into a shell.
#pragma once

struct text;

// Words quoted for a POSIX shell where they need it, broken between words with a backslash at the width.
void shell_add_command(struct text *out, const char *const *words, int indent, int width);
void shell_add_word(struct text *out, const char *word);

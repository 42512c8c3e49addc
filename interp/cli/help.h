// Help, and the manual page, from the tables of commands and options.
#pragma once

struct command;
struct text;

void help_all(struct text *out, int width);
void help_command(struct text *out, int width, const struct command *command);
void help_man(struct text *out); // troff

// Walks a scalar's value and the file side by side. Not a YAML reader: it follows the forms that keep the
// characters (plain, quoted, block) and gives up, answering the scalar's start, at the first difference it
// cannot explain. Invariant: it never reads outside the file's bytes, which end in a NUL.
#include "playbook/place.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/value.h"

struct place_lines place_lines_of(const char *bytes, size_t length)
{
    return (struct place_lines){.bytes = bytes, .end = bytes == NULL ? NULL : bytes + length};
}

// Where a line begins; NULL: there are not as many. Lines are found as far as somebody asks.
static const char *line_start(struct arena *arena, struct place_lines *lines, size_t line)
{
    while (lines->count < line) {
        const char *next = lines->bytes;
        if (lines->count > 0) {
            const char *last = lines->starts[lines->count - 1];
            const char *end = memchr(last, '\n', (size_t)(lines->end - last));
            next = end == NULL ? NULL : end + 1;
        }
        if (next == NULL)
            return NULL;
        lines->starts = arena_room(arena, lines->starts, lines->count, sizeof *lines->starts);
        lines->starts[lines->count++] = next;
    }
    return line == 0 ? NULL : lines->starts[line - 1];
}

static size_t char_length(const char *s)
{
    if ((unsigned char)*s < 0x80)
        return 1;
    size_t length = text_utf8(s, strnlen(s, 4), NULL);
    return length == 0 ? 1 : length;
}

static const char *find_char(struct arena *arena, struct place_lines *lines, struct src_pos pos)
{
    const char *s = pos.line < 1 ? NULL : line_start(arena, lines, (size_t)pos.line);
    if (s == NULL)
        return NULL;
    if (pos.line == 1 && text_starts(s, "\xEF\xBB\xBF"))
        s += 3;
    for (int column = 1; column < pos.column; column++) {
        if (s >= lines->end || *s == '\n')
            return NULL;
        s += char_length(s);
    }
    return s;
}

// Behind the header of a block scalar, at its first line; what that does not explain is lost later.
static void enter_block(struct place *place)
{
    place->first += strcspn(place->first, "\n");
    place->first += *place->first == '\n';
    place->indent = (int)strspn(place->first, " ");
    place->first += place->indent;
    place->first_pos.line++;
    place->first_pos.column = place->indent + 1;
}

static void rewind_place(struct place *place)
{
    place->offset = 0;
    place->lost = place->value == NULL;
    place->source = place->first;
    place->pos = place->first_pos;
}

struct place place_of_text(const char *text, struct src_pos pos)
{
    struct place place = {.start = pos, .value = text, .first_pos = pos};
    rewind_place(&place);
    place.lost = place.lost || pos.line < 1;
    return place;
}

struct place place_of_value(struct arena *arena, struct place_lines *lines, const struct value *value)
{
    struct place place = {.start = value_pos(value), .first_pos = value_pos(value)};
    place.first = find_char(arena, lines, value_pos(value));
    if (place.first != NULL) {
        const char *text = value_text(value);
        place.value = text != NULL ? text : value_source(value);
        switch (*place.first) {
        case '\'':
        case '"':
            place.style = *place.first == '"' ? PLACE_DOUBLE : PLACE_SINGLE;
            place.first++;
            place.first_pos.column++;
            break;
        case '|':
        case '>':
            place.style = *place.first == '|' ? PLACE_LITERAL : PLACE_FOLDED;
            enter_block(&place);
            break;
        default:
            place.style = PLACE_PLAIN;
        }
    }
    rewind_place(&place);
    return place;
}

// Over a line end in the file, and the blanks that begin the next line. False when there is none here.
static bool cross_line(struct place *place)
{
    const char *s = place->source;
    if (place->style != PLACE_LITERAL)
        s += strspn(s, " ");
    s += *s == '\r';
    if (*s != '\n')
        return false;
    s++;
    int blanks = (int)strspn(s, " ");
    if ((place->style == PLACE_LITERAL || place->style == PLACE_FOLDED) && blanks > place->indent)
        blanks = place->indent;
    place->source = s + blanks;
    place->pos.line++;
    place->pos.column = blanks + 1;
    return true;
}

static void take(struct place *place, size_t value_bytes, size_t source_bytes, int columns)
{
    place->offset += value_bytes;
    place->source += source_bytes;
    place->pos.column += columns;
}

// One character of the value, when the file has the same in the form that its style gives it.
static void advance(struct place *place)
{
    const char *v = place->value + place->offset, *s = place->source;
    size_t length = char_length(v);
    if (s == NULL) { // PLACE_TEXT: no file beside it
        place->offset += length;
        place->pos.column++;
        if (*v == '\n') {
            place->pos.line++;
            place->pos.column = 1;
        }
        return;
    }
    static const char escapes[] = "\"\"\\\\//nn\tt";
    const char *escape;
    if (place->style == PLACE_SINGLE && *v == '\'' && s[0] == '\'' && s[1] == '\'') {
        take(place, 1, 2, 2);
    } else if (place->style == PLACE_DOUBLE && s[0] == '\\') {
        char meant = *v == '\n' ? 'n' : *v;
        for (escape = escapes; *escape != '\0' && !(escape[0] == meant && escape[1] == s[1]); escape += 2)
            ;
        place->lost = *escape == '\0';
        take(place, 1, 2, 2);
    } else if ((*v == '\n' || (*v == ' ' && place->style != PLACE_LITERAL)) && cross_line(place)) {
        // Where lines are folded, the first line end of the value stands for two of the file.
        if (*v == '\n' && place->style != PLACE_LITERAL && (place->offset == 0 || v[-1] != '\n'))
            (void)cross_line(place);
        place->offset++;
    } else if (strncmp(v, s, length) == 0) {
        take(place, length, length, 1);
    } else {
        place->lost = true;
    }
}

struct src_pos place_at(struct place *place, size_t offset)
{
    if (offset < place->offset && !place->lost)
        rewind_place(place);
    while (!place->lost && place->offset < offset && place->value[place->offset] != '\0')
        advance(place);
    struct place ahead = *place; // what is there must be what was asked for
    if (!place->lost && place->value[place->offset] != '\0')
        advance(&ahead);
    return ahead.lost ? place->start : place->pos;
}

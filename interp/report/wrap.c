// Writes paragraphs. It knows nothing of runs. Invariant: what comes in raw leaves only through
// text_add_terminal, and no line is wider than the width (a word that is too long is broken, after a
// separator where there is one).
#include "report/wrap.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

enum { LEAST_WIDTH = 20 };

// Ranges of characters that take two columns, or none (Unicode 15, East Asian Width W and F; marks), coarse:
// blocks.
static const struct {
    unsigned first, last;
    int columns;
} ranges[] = {
    {0x0300, 0x036F, 0},   {0x0483, 0x0489, 0},   {0x0591, 0x05BD, 0},   {0x0610, 0x061A, 0},
    {0x064B, 0x065F, 0},   {0x0E34, 0x0E3A, 0},   {0x0E47, 0x0E4E, 0},   {0x1100, 0x115F, 2},
    {0x1AB0, 0x1AFF, 0},   {0x1DC0, 0x1DFF, 0},   {0x20D0, 0x20FF, 0},   {0x231A, 0x231B, 2},
    {0x23E9, 0x23EC, 2},   {0x2614, 0x2615, 2},   {0x2648, 0x2653, 2},   {0x26AA, 0x26AB, 2},
    {0x26BD, 0x26BE, 2},   {0x26C4, 0x26C5, 2},   {0x26D4, 0x26D4, 2},   {0x26EA, 0x26EA, 2},
    {0x26F2, 0x26F3, 2},   {0x26FA, 0x26FA, 2},   {0x2705, 0x2705, 2},   {0x270A, 0x270B, 2},
    {0x2728, 0x2728, 2},   {0x274C, 0x274C, 2},   {0x2753, 0x2755, 2},   {0x2757, 0x2757, 2},
    {0x2795, 0x2797, 2},   {0x2E80, 0x303E, 2},   {0x3041, 0x33FF, 2},   {0x3400, 0x4DBF, 2},
    {0x4E00, 0x9FFF, 2},   {0xA000, 0xA4CF, 2},   {0xA960, 0xA97F, 2},   {0xAC00, 0xD7A3, 2},
    {0xF900, 0xFAFF, 2},   {0xFE00, 0xFE0F, 0},   {0xFE20, 0xFE2F, 0},   {0xFE30, 0xFE6F, 2},
    {0xFF00, 0xFF60, 2},   {0xFFE0, 0xFFE6, 2},   {0x1F004, 0x1F004, 2}, {0x1F18E, 0x1F19A, 2},
    {0x1F200, 0x1F2FF, 2}, {0x1F300, 0x1F64F, 2}, {0x1F680, 0x1F6FF, 2}, {0x1F900, 0x1F9FF, 2},
    {0x20000, 0x3FFFD, 2}, {0xE0100, 0xE01EF, 0},
};

static int columns_of(unsigned code)
{
    size_t low = 0, high = sizeof ranges / sizeof *ranges;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code > ranges[middle].last)
            low = middle + 1;
        else if (code < ranges[middle].first)
            high = middle;
        else
            return ranges[middle].columns;
    }
    return 1;
}

// Reads one character and its width; text here is valid UTF-8 (text_add_terminal made it), an ASCII letter,
// or a stray byte, counts one.
static size_t character(const char *s, int *columns)
{
    unsigned code = 0;
    size_t length = (unsigned char)*s < 0x80 ? 0 : text_utf8(s, strnlen(s, 4), &code);
    *columns = length == 0 ? 1 : columns_of(code);
    return length == 0 ? 1 : length;
}

static int visible_width(const char *text, size_t length)
{
    int width = 0;
    for (const char *s = text; s < text + length && *s != '\0';) {
        int columns;
        s += character(s, &columns);
        width += columns;
    }
    return width;
}

int wrap_width(const char *text)
{
    return visible_width(text, strlen(text));
}

struct wrap wrap_new(struct text *out, int width, bool colour)
{
    return (struct wrap){.out = out, .width = width < LEAST_WIDTH ? LEAST_WIDTH : width, .colour = colour};
}

static void pad(struct wrap *wrap, int columns)
{
    for (int i = 0; i < columns; i++)
        text_addc(wrap->out, ' ');
    wrap->column += columns;
}

// Sets the terminal to a style; one sequence for a run of words, none that outlives its line.
static void set_style(struct wrap *wrap, enum wrap_style style)
{
    static const char *const codes[] = {"\x1b[0m",  "\x1b[1m",  "\x1b[2m", "\x1b[31m",
                                        "\x1b[32m", "\x1b[33m", "\x1b[36m"};
    if (!wrap->colour || style == wrap->active)
        return;
    if (wrap->active != WRAP_PLAIN)
        text_add(wrap->out, codes[WRAP_PLAIN]);
    if (style != WRAP_PLAIN)
        text_add(wrap->out, codes[style]);
    wrap->active = style;
}

static void new_line(struct wrap *wrap)
{
    set_style(wrap, WRAP_PLAIN);
    text_addc(wrap->out, '\n');
    wrap->column = 0;
    wrap->started = false;
    wrap->gap = 0;
    wrap->tabbed = false;
    wrap->indent = wrap->hang;
}

static const char separators[] = "/?&,;=";

// How many bytes of a word that is too long fit into `room` columns, and end after a separator where one is
// near.
static size_t fitting(const char *word, size_t length, int room)
{
    size_t used = 0, separator = 0;
    int width = 0;
    while (used < length) {
        int columns;
        size_t step = character(word + used, &columns);
        if (width + columns > room && used > 0)
            break;
        width += columns;
        used += step;
        if (strchr(separators, word[used - 1]) != NULL && width > room / 2)
            separator = used;
    }
    return separator > 0 && used < length ? separator : used;
}

static void put_piece(struct wrap *wrap, enum wrap_style style, const char *word, size_t length)
{
    if (!wrap->started)
        pad(wrap, wrap->indent - wrap->column);
    else
        pad(wrap, wrap->gap);
    set_style(wrap, style);
    text_addn(wrap->out, word, length);
    wrap->column += visible_width(word, length);
    wrap->started = true;
    wrap->gap = 0;
    wrap->tabbed = false;
}

static void put_word(struct wrap *wrap, enum wrap_style style, const char *word, size_t length)
{
    int width = visible_width(word, length);
    int start = wrap->started ? wrap->column + wrap->gap : wrap->indent;
    // Behind a tab what can be cut after a separator, or would fill more than a line, is cut where it is.
    int room = wrap->width - start;
    bool neat = room > 0 && strchr(separators, word[fitting(word, length, room) - 1]) != NULL;
    bool moves = wrap->tabbed ? !neat && wrap->hang + width <= wrap->width : wrap->gap > 0;
    if (start + width > wrap->width && wrap->started && (moves || start >= wrap->width)) {
        new_line(wrap);
        start = wrap->hang;
    }
    while (start + width > wrap->width) {
        size_t part = fitting(word, length, wrap->width - start);
        put_piece(wrap, style, word, part);
        width -= visible_width(word, part);
        word += part;
        length -= part;
        if (length == 0)
            return;
        new_line(wrap);
        start = wrap->hang;
    }
    put_piece(wrap, style, word, length);
}

void wrap_begin(struct wrap *wrap, int indent, int hang)
{
    wrap->indent = indent < wrap->width / 2 ? indent : wrap->width / 2;
    wrap->hang = hang < wrap->width / 2 ? hang : wrap->width / 2;
    wrap->column = 0;
    wrap->started = false;
    wrap->gap = 0;
    wrap->tabbed = false;
}

void wrap_put(struct wrap *wrap, enum wrap_style style, const char *raw)
{
    struct text safe = text_new(wrap->out->arena);
    text_add_terminal(&safe, raw);
    for (const char *s = safe.ptr; *s != '\0';) {
        size_t blanks = strspn(s, " ");
        if (blanks > 0 && wrap->started && wrap->gap == 0)
            wrap->gap = 1;
        s += blanks;
        size_t length = strcspn(s, " ");
        if (length > 0)
            put_word(wrap, style, s, length);
        s += length;
    }
    set_style(wrap, WRAP_PLAIN);
}

void wrap_tab(struct wrap *wrap, int column)
{
    if (!wrap->started)
        pad(wrap, wrap->indent - wrap->column);
    wrap->gap = wrap->column < column && column < wrap->width ? column - wrap->column : 1;
    wrap->tabbed = true;
    wrap->started = true;
}

void wrap_end(struct wrap *wrap)
{
    text_addc(wrap->out, '\n');
    wrap->column = 0;
    wrap->started = false;
    wrap->gap = 0;
    wrap->tabbed = false;
}

void wrap_line(struct wrap *wrap, int indent, enum wrap_style style, const char *raw)
{
    wrap_begin(wrap, indent, indent);
    wrap_put(wrap, style, raw);
    wrap_end(wrap);
}

void wrap_row(struct wrap *wrap, int indent, enum wrap_style style, const char *word, int column,
              const char *text)
{
    wrap_begin(wrap, indent, column);
    wrap_put(wrap, style, word);
    wrap_tab(wrap, column);
    wrap_put(wrap, WRAP_PLAIN, text);
    wrap_end(wrap);
}

void wrap_blank(struct wrap *wrap)
{
    text_addc(wrap->out, '\n');
}

void wrap_lines(struct wrap *wrap, int indent, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        size_t shown = length > 0 && text[length] == '\n' && text[length - 1] == '\r' ? length - 1 : length;
        if (shown == 0)
            wrap_blank(wrap);
        else
            wrap_line(wrap, indent + (int)strspn(text, " "), WRAP_PLAIN,
                      arena_strndup(wrap->out->arena, text, shown));
        text += length + (text[length] == '\n');
    }
}

// Bytes from the front that take at most `width` columns.
static size_t head_of(const char *text, int width)
{
    size_t used = 0;
    int taken = 0;
    while (text[used] != '\0') {
        int columns;
        size_t step = character(text + used, &columns);
        if (taken + columns > width)
            break;
        taken += columns;
        used += step;
    }
    return used;
}

char *wrap_cut(struct arena *arena, const char *raw, int width, bool middle)
{
    struct text safe = text_new(arena);
    text_add_terminal(&safe, raw);
    int whole = wrap_width(safe.ptr);
    if (whole <= width || width < 2)
        return safe.ptr;
    int tail = middle ? (width - 1) / 2 : 0;
    size_t head = head_of(safe.ptr, width - 1 - tail);
    const char *rest = safe.ptr + strlen(safe.ptr);
    while (tail > 0 && rest > safe.ptr) {
        const char *before = rest - 1;
        while (before > safe.ptr && ((unsigned char)*before & 0xC0) == 0x80)
            before--;
        int columns;
        character(before, &columns);
        tail -= columns;
        if (tail >= 0)
            rest = before;
    }
    return arena_printf(arena, "%.*s…%s", (int)head, safe.ptr, middle ? rest : "");
}

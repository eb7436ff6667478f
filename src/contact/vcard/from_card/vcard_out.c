/* Writes one content line, escaped and folded (RFC 6350 3.2, 3.3). */
#include "contact/vcard/vcard_out.h"
#include "base/utf8.h"

enum { LINE_BYTES = 75 };

bool vcard_is_token(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alpha(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != '-')
            return false;
    return s.n > 0;
}

static void put_upper(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        buf_char(b, ascii_upper(s.p[i]));
}

void vcard_out_begin(struct vcard_out *o, struct str group, struct str name)
{
    buf_clear(&o->line);
    o->in_value = o->type_open = false;
    if (group.n && vcard_is_token(group)) {
        buf_put(&o->line, group);
        buf_char(&o->line, '.');
    }
    buf_put(&o->line, name);
}

static void put_param_value(struct buf *b, struct str s, bool quoted)
{
    bool quote = quoted || s.n == 0;

    for (size_t i = 0; i < s.n && !quote; i++)
        quote = s.p[i] == ':' || s.p[i] == ';' || s.p[i] == ',' || s.p[i] == ' ' || s.p[i] == '\\';
    if (quote)
        buf_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '"' || c == '^' || c == '\n') {
            buf_char(b, '^');
            c = c == '"' ? '\'' : c == '\n' ? 'n' : '^';
        }
        if (c != '\r')
            buf_char(b, c);
    }
    if (quote)
        buf_char(b, '"');
}

static void put_param(struct vcard_out *o, struct str name, struct str value, bool quoted)
{
    if (!vcard_is_token(name))
        return;
    buf_char(&o->line, ';');
    put_upper(&o->line, name);
    buf_char(&o->line, '=');
    put_param_value(&o->line, value, quoted);
    o->type_open = false;
}

void vcard_out_param(struct vcard_out *o, struct str name, struct str value) { put_param(o, name, value, false); }
void vcard_out_quoted(struct vcard_out *o, struct str name, struct str value) { put_param(o, name, value, true); }

void vcard_out_type(struct vcard_out *o, struct str type)
{
    buf_put(&o->line, o->type_open ? S(",") : S(";TYPE="));
    o->type_open = true;
    put_param_value(&o->line, type, false);
}

static void open_value(struct vcard_out *o)
{
    if (!o->in_value)
        buf_char(&o->line, ':');
    o->in_value = true;
}

void vcard_out_text(struct vcard_out *o, struct str text)
{
    open_value(o);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '\r')
            continue;
        if (c == '\\' || c == ',' || c == ';' || c == '\n')
            buf_char(&o->line, '\\');
        buf_char(&o->line, c == '\n' ? 'n' : c);
    }
}

void vcard_out_raw(struct vcard_out *o, struct str value)
{
    open_value(o);
    for (const char *end = value.p + value.n; value.n;) {
        size_t n = 0;
        while (n < value.n && value.p[n] != '\r' && value.p[n] != '\n')
            n++;
        buf_put(&o->line, str_head(value, n));
        value = (struct str){ value.p + n, (size_t)(end - value.p) - n };
        if (value.n)
            value = str_from(value, 1);
    }
}

void vcard_out_end(struct vcard_out *o)
{
    open_value(o);
    struct str line = buf_str(&o->line), piece = utf8_head(line, LINE_BYTES);

    for (;;) {
        buf_put(o->b, piece);
        line = str_from(line, piece.n);
        if (!line.n)
            break;
        buf_put(o->b, o->eol);
        buf_char(o->b, ' ');
        piece = utf8_head(line, LINE_BYTES - 1);
        if (!piece.n)
            piece = str_head(line, LINE_BYTES - 1);
    }
    buf_put(o->b, o->eol);
}

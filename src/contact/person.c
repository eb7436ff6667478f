/* Tells a card of one person from those of couples, families and functions. */
#include "contact/person.h"
#include <stdlib.h>
#include <utf8proc.h>
#include "base/utf8.h"
#include "contact/card.h"
#include "contact/email.h"
#include "contact/fold.h"
#include "contact/name.h"

/* What a word of a name says. */
enum word {
    PLAIN,
    ANYWHERE,   /* a function wherever it stands */
    FIRST,      /* a function when the name begins with it: Sales is a surname, too */
    MANY,       /* a family or a couple */
    MANY_FIRST, /* the same when the name begins with it */
    BOTH,       /* joins two people */
    SOFT        /* joins two people, or two surnames of one */
};

/* clang-format off */
/* Lower case, sorted by bytes. */
static const struct row { const char *word; enum word says; } rows[] = {
    { "&", BOTH }, { "+", BOTH }, { "abteilung", ANYWHERE }, { "accounting", ANYWHERE }, { "accounts", FIRST },
    { "accueil", ANYWHERE }, { "achats", FIRST }, { "acquisti", FIRST }, { "admin", FIRST }, { "administracion", ANYWHERE },
    { "administración", ANYWHERE }, { "administratie", ANYWHERE }, { "administration", FIRST }, { "afdeling", ANYWHERE },
    { "aile", MANY_FIRST }, { "ailesi", MANY }, { "almacén", ANYWHERE }, { "almoxarifado", ANYWHERE },
    { "ambulatorio", ANYWHERE }, { "amministrazione", ANYWHERE }, { "and", BOTH }, { "anwaltskanzlei", ANYWHERE },
    { "arztpraxis", ANYWHERE }, { "assistenza", ANYWHERE }, { "atencion", FIRST }, { "atención", FIRST },
    { "atendimento", FIRST }, { "außendienst", ANYWHERE }, { "bestellung", FIRST }, { "billing", FIRST },
    { "biuro", ANYWHERE }, { "boekhouding", ANYWHERE }, { "booking", FIRST }, { "bookkeeping", ANYWHERE },
    { "brothers", MANY_FIRST }, { "buchhaltung", ANYWHERE }, { "buero", FIRST }, { "bzw", BOTH }, { "bölümü", ANYWHERE },
    { "bürgerbüro", ANYWHERE }, { "büro", FIRST }, { "cabinet", FIRST }, { "callcenter", ANYWHERE }, { "casal", MANY_FIRST },
    { "centralino", ANYWHERE }, { "clinic", ANYWHERE }, { "clinica", ANYWHERE }, { "clínica", ANYWHERE },
    { "commerciale", FIRST }, { "compras", FIRST }, { "comptabilite", ANYWHERE }, { "comptabilité", ANYWHERE },
    { "coniugi", MANY }, { "consultorio", ANYWHERE }, { "consultório", ANYWHERE }, { "contabilidad", ANYWHERE },
    { "contabilidade", ANYWHERE }, { "contabilita", ANYWHERE }, { "contabilità", ANYWHERE }, { "contact", FIRST },
    { "contacto", FIRST }, { "contato", FIRST }, { "contatto", FIRST }, { "couple", MANY_FIRST }, { "customer", FIRST },
    { "danışma", ANYWHERE }, { "departamento", ANYWHERE }, { "departement", ANYWHERE }, { "departman", ANYWHERE },
    { "departmanı", ANYWHERE }, { "department", ANYWHERE }, { "depo", FIRST }, { "dept", ANYWHERE }, { "despacho", FIRST },
    { "dienst", FIRST }, { "direction", FIRST }, { "division", FIRST }, { "dzial", ANYWHERE }, { "dział", ANYWHERE },
    { "département", ANYWHERE }, { "e", SOFT }, { "echtpaar", MANY }, { "ed", SOFT }, { "eheleute", MANY },
    { "ehepaar", MANY }, { "einkauf", FIRST }, { "eltern", MANY_FIRST }, { "emergency", ANYWHERE }, { "empfang", FIRST },
    { "empfangsbüro", ANYWHERE }, { "en", BOTH }, { "epoux", MANY }, { "escritorio", ANYWHERE }, { "escritório", ANYWHERE },
    { "et", BOTH }, { "facturacion", ANYWHERE }, { "facturación", ANYWHERE }, { "fam", MANY_FIRST }, { "famiglia", MANY },
    { "familia", MANY }, { "familie", MANY }, { "families", MANY }, { "famille", MANY }, { "family", MANY },
    { "família", MANY }, { "famílie", MANY }, { "fatturazione", ANYWHERE }, { "faturamento", ANYWHERE }, { "finance", FIRST },
    { "financeiro", ANYWHERE }, { "finanzbuchhaltung", ANYWHERE }, { "finanzen", FIRST }, { "frontdesk", ANYWHERE },
    { "fuhrpark", ANYWHERE }, { "gebroeders", MANY }, { "gebrüder", MANY }, { "gemeinschaftspraxis", ANYWHERE },
    { "gemelli", MANY_FIRST }, { "geschwister", MANY }, { "geschäftsführung", ANYWHERE }, { "geschäftsstelle", ANYWHERE },
    { "gezin", MANY }, { "hausmeister", ANYWHERE }, { "hausverwaltung", ANYWHERE }, { "headquarters", ANYWHERE },
    { "helpdesk", ANYWHERE }, { "helpline", ANYWHERE }, { "hizmetleri", ANYWHERE }, { "hotline", ANYWHERE },
    { "household", MANY }, { "households", MANY }, { "hq", ANYWHERE }, { "hr", FIRST }, { "huisartsenpraktijk", ANYWHERE },
    { "i", SOFT }, { "info", FIRST }, { "information", FIRST }, { "inkoop", ANYWHERE }, { "innendienst", ANYWHERE },
    { "it", FIRST }, { "ja", SOFT }, { "jumeaux", MANY_FIRST }, { "kadry", ANYWHERE }, { "kancelaria", ANYWHERE },
    { "kanzlei", ANYWHERE }, { "klantenservice", ANYWHERE }, { "kontakt", FIRST }, { "ksiegowosc", ANYWHERE },
    { "księgowość", ANYWHERE }, { "kundenbetreuung", ANYWHERE }, { "kundencenter", ANYWHERE }, { "kundendienst", ANYWHERE },
    { "kundenservice", ANYWHERE }, { "lager", FIRST }, { "legal", FIRST }, { "leitung", FIRST }, { "logistics", FIRST },
    { "logistik", FIRST }, { "lohnbüro", ANYWHERE }, { "magazijn", ANYWHERE }, { "magazyn", ANYWHERE },
    { "magazzino", ANYWHERE }, { "marketing", FIRST }, { "matrimonio", MANY_FIRST }, { "małżeństwo", MANY },
    { "muhasebe", ANYWHERE }, { "müşteri", ANYWHERE }, { "newsletter", FIRST }, { "noreply", FIRST },
    { "notdienst", ANYWHERE }, { "notruf", ANYWHERE }, { "obsługa", FIRST }, { "och", BOTH }, { "office", FIRST },
    { "oficina", ANYWHERE }, { "ofis", ANYWHERE }, { "og", BOTH }, { "oraz", BOTH }, { "order", FIRST }, { "orders", FIRST },
    { "panstwo", MANY }, { "parents", MANY_FIRST }, { "payroll", ANYWHERE }, { "państwo", MANY }, { "personal", FIRST },
    { "personalabteilung", ANYWHERE }, { "personeel", FIRST }, { "pforte", ANYWHERE }, { "plus", BOTH }, { "post", FIRST },
    { "postmaster", FIRST }, { "praxis", ANYWHERE }, { "press", FIRST }, { "presse", FIRST }, { "procurement", ANYWHERE },
    { "przychodnia", ANYWHERE }, { "purchasing", FIRST }, { "recepcao", ANYWHERE }, { "recepcion", ANYWHERE },
    { "recepción", ANYWHERE }, { "recepcja", ANYWHERE }, { "receptie", ANYWHERE }, { "reception", FIRST },
    { "recepção", ANYWHERE }, { "rechnung", FIRST }, { "rechnungen", FIRST }, { "rechtsabteilung", ANYWHERE },
    { "redaktion", ANYWHERE }, { "reparto", FIRST }, { "resepsiyon", ANYWHERE }, { "reservations", FIRST },
    { "reservierung", FIRST }, { "returns", FIRST }, { "rezeption", ANYWHERE }, { "rodzeństwo", MANY }, { "rodzina", MANY },
    { "rodziny", MANY }, { "rédaction", ANYWHERE }, { "sales", FIRST }, { "santral", FIRST }, { "satis", ANYWHERE },
    { "satış", ANYWHERE }, { "secretaria", ANYWHERE }, { "secretariaat", ANYWHERE }, { "secretariat", ANYWHERE },
    { "secretaría", ANYWHERE }, { "secretária", ANYWHERE }, { "secrétariat", ANYWHERE }, { "security", FIRST },
    { "segreteria", ANYWHERE }, { "sekr", ANYWHERE }, { "sekretariat", ANYWHERE }, { "sekreterlik", ANYWHERE },
    { "service", FIRST }, { "servicecenter", ANYWHERE }, { "services", FIRST }, { "servizio", FIRST }, { "serwis", ANYWHERE },
    { "shipping", FIRST }, { "siblings", MANY }, { "sicherheit", FIRST }, { "sisters", MANY_FIRST }, { "sowie", BOTH },
    { "sprzedaz", ANYWHERE }, { "sprzedaż", ANYWHERE }, { "stadtverwaltung", ANYWHERE }, { "standard", FIRST },
    { "standardiste", ANYWHERE }, { "studio", FIRST }, { "suporte", FIRST }, { "support", FIRST }, { "surgery", FIRST },
    { "switchboard", ANYWHERE }, { "team", ANYWHERE }, { "tech", FIRST }, { "technical", FIRST }, { "technik", FIRST },
    { "technique", FIRST }, { "telefonzentrale", ANYWHERE }, { "u", SOFT }, { "ufficio", ANYWHERE }, { "und", BOTH },
    { "urgencias", ANYWHERE }, { "ve", BOTH }, { "vendas", ANYWHERE }, { "vendite", ANYWHERE }, { "ventas", ANYWHERE },
    { "vente", FIRST }, { "ventes", FIRST }, { "verkauf", FIRST }, { "verkoop", ANYWHERE }, { "versand", ANYWHERE },
    { "vertrieb", FIRST }, { "voicemail", ANYWHERE }, { "vorzimmer", ANYWHERE }, { "warehouse", FIRST },
    { "webmaster", FIRST }, { "werkstatt", ANYWHERE }, { "y", SOFT }, { "zahnarztpraxis", ANYWHERE },
    { "zaopatrzenie", ANYWHERE }, { "zarząd", FIRST }, { "zentrale", ANYWHERE }, { "zwillinge", MANY_FIRST },
    { "époux", MANY }, { "αποθήκη", ANYWHERE }, { "γραμματεία", ANYWHERE }, { "γραμματεια", ANYWHERE },
    { "γραφείο", ANYWHERE }, { "γραφειο", ANYWHERE }, { "εξυπηρέτηση", ANYWHERE }, { "ζευγος", MANY }, { "ζεύγος", MANY },
    { "ιατρείο", ANYWHERE }, { "και", BOTH }, { "κι", BOTH }, { "λογιστήριο", ANYWHERE }, { "λογιστηριο", ANYWHERE },
    { "οικ", MANY_FIRST }, { "οικογένεια", MANY }, { "οικογενεια", MANY }, { "πωλήσεις", ANYWHERE }, { "πωλησεις", ANYWHERE },
    { "τμήμα", ANYWHERE }, { "τμημα", ANYWHERE }, { "υποδοχή", ANYWHERE }, { "бухгалтерия", ANYWHERE },
    { "диспетчерская", ANYWHERE }, { "и", BOTH }, { "канцелярия", ANYWHERE }, { "отдел", ANYWHERE }, { "офис", ANYWHERE },
    { "поддержка", ANYWHERE }, { "поликлиника", ANYWHERE }, { "приемная", ANYWHERE }, { "приёмная", ANYWHERE },
    { "продажи", FIRST }, { "регистратура", ANYWHERE }, { "ресепшн", ANYWHERE }, { "секретариат", ANYWHERE },
    { "семейство", MANY }, { "семьи", MANY }, { "семья", MANY }, { "склад", ANYWHERE }, { "служба", ANYWHERE },
    { "справочная", ANYWHERE }, { "супруги", MANY }, { "чета", MANY }, { "および", BOTH }, { "と", BOTH },
    { "カスタマーサポート", ANYWHERE }, { "サポート", ANYWHERE }, { "与", BOTH }, { "事務局", ANYWHERE }, { "人事", ANYWHERE },
    { "人事部", ANYWHERE }, { "代表", ANYWHERE }, { "代表番号", ANYWHERE }, { "前台", ANYWHERE }, { "办公室", ANYWHERE }, { "及", BOTH },
    { "受付", ANYWHERE }, { "和", BOTH }, { "営業", ANYWHERE }, { "営業部", ANYWHERE }, { "客服", ANYWHERE }, { "客服中心", ANYWHERE },
    { "客服部", ANYWHERE }, { "市场部", ANYWHERE }, { "总机", ANYWHERE }, { "技术部", ANYWHERE }, { "營業部", ANYWHERE },
    { "経理", ANYWHERE }, { "経理部", ANYWHERE }, { "総務", ANYWHERE }, { "総務部", ANYWHERE }, { "與", BOTH }, { "財务", ANYWHERE },
    { "財務", ANYWHERE }, { "財務部", ANYWHERE }, { "财务", ANYWHERE }, { "财务部", ANYWHERE }, { "跟", BOTH }, { "采购部", ANYWHERE },
    { "销售", ANYWHERE }, { "销售部", ANYWHERE },
};
/* clang-format on */

static int by_word(const void *key, const void *row)
{
    return str_cmp(*(const struct str *)key, str_of(((const struct row *)row)->word));
}

static enum word word_of(struct str lower)
{
    const struct row *r = bsearch(&lower, rows, countof(rows), sizeof *rows, by_word);
    return r ? r->says : PLAIN;
}

static bool is_han(uint32_t c) { return (c >= 0x3400 && c <= 0x9fff) || c == 0x3005; }

static bool is_letter(uint32_t c)
{
    if (c < 0x80)
        return ascii_alpha((char)c);
    utf8proc_category_t kind = utf8proc_category((utf8proc_int32_t)c);
    return kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_MC;
}

struct words {
    struct str w[PERSON_WORDS_MAX];     /* lower case */
    bool       small[PERSON_WORDS_MAX]; /* was written so */
    size_t     n;
    bool       joined; /* an "&", "+" or "/" stands between two words */
};

/* Signs between two names; "c/o" and "s/o" are none. */
static bool joins(uint32_t c, size_t letters, const struct str *rest)
{
    struct str left = *rest;
    uint32_t   next = 0, second = 0;

    if (c == '&' || c == 0xff06 || c == '+' || c == 0x3001)
        return true;
    if (c != '/' && c != 0xff0f)
        return false;
    while (utf8_next(&left, &next) && next == ' ')
        ;
    return letters != 1 && is_letter(next) && utf8_next(&left, &second) && is_letter(second);
}

static void add_word(struct arena *a, struct words *w, struct buf *b, bool small)
{
    if (b->n && w->n < PERSON_WORDS_MAX) {
        w->small[w->n] = small;
        w->w[w->n++] = str_copy(a, buf_str(b));
    }
    buf_clear(b);
}

/* Letters make words, everything else parts them; hyphens stay inside. */
static void read_words(struct arena *a, struct str s, struct words *w)
{
    auto_buf b = buf_of(CARD_BYTES_MAX);
    bool     small = true;
    size_t   letters = 0;
    uint32_t c;

    while (w->n < PERSON_WORDS_MAX && utf8_next(&s, &c)) {
        uint32_t lower = c < 0x80 ? (uint32_t)ascii_lower((char)c) : (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
        if (is_letter(c) || (c == '-' && b.n)) {
            small = (b.n == 0 || small) && lower == c;
            letters++;
            utf8_put(&b, lower);
            continue;
        }
        w->joined |= (w->n || b.n) && joins(c, letters, &s);
        add_word(a, w, &b, small);
        letters = 0;
    }
    add_word(a, w, &b, small);
}

/* "太郎と花子", "王伟和李娜": two names of two letters or more in one word; and "営業部", "张先生夫妇". */
static enum person of_han(struct str word)
{
    static const char *const units[] = { "部", "課", "科", "室", "处", "處", "组", "組", "係", "店" };
    static const char *const couples[] = { "夫妇", "夫婦", "夫妻", "ご夫妻", "一家", "全家", "家族", "ご一家" };
    size_t                   at = 0, letters = 0;
    uint32_t                 c, before = 0, joined = 0;

    for (struct str rest = word; utf8_next(&rest, &c); before = c, letters++) {
        bool binds = c == 0x3068 || c == 0x548c || c == 0x4e0e || c == 0x8207 || c == 0x3001 || c == 0x53ca;
        if (binds && letters >= 2 && is_han(before) && rest.n >= 6 && !joined)
            joined = c, at = letters;
    }
    for (size_t i = 0; i < countof(couples); i++)
        if (str_ends(word, str_of(couples[i])) && word.n > strlen(couples[i]))
            return PERSON_SEVERAL;
    if (joined && letters - at > 2)
        return PERSON_SEVERAL;
    for (size_t i = 0; i < countof(units); i++)
        if (letters >= 3 && str_ends(word, str_of(units[i])))
            return PERSON_FUNCTION;
    return PERSON_ONE;
}

/* Between the first names: behind a title or the first word, or with two words and more on either side. */
static bool soft_joins(struct arena *a, const struct words *w, size_t i)
{
    size_t first = 0;

    while (first + 1 < w->n && name_is_honorific(fold_bare(a, w->w[first])))
        first++;
    return i <= first + 1 || i + 2 < w->n;
}

static enum person of_words(struct arena *a, const struct words *w, bool given)
{
    for (size_t i = 0; i < w->n; i++) {
        enum word says = word_of(w->w[i]);
        if (says == ANYWHERE || (says == FIRST && i == 0))
            return PERSON_FUNCTION;
        if (says == MANY || (says == MANY_FIRST && i == 0 && w->n > 1))
            return PERSON_SEVERAL;
        if (says == BOTH && i && i + 1 < w->n)
            return PERSON_SEVERAL;
        if (says == SOFT && w->small[i] && i && i + 1 < w->n && (given || soft_joins(a, w, i)))
            return PERSON_SEVERAL;
    }
    return PERSON_ONE;
}

static enum person of_name(struct arena *a, struct str name, bool given)
{
    struct words w = { .n = 0 };
    struct str   key;

    if (memchr(name.p, '@', name.n) && email_key(a, name, &key, NULL) == RC_OK)
        return email_is_role(key) ? PERSON_FUNCTION : PERSON_ONE;
    read_words(a, name, &w);
    enum person is = of_words(a, &w, given);
    if (is == PERSON_ONE && w.joined && w.n > 1)
        is = PERSON_SEVERAL;
    for (size_t i = 0; i < w.n && is == PERSON_ONE; i++)
        if (w.w[i].n && (w.w[i].p[0] & 0x80))
            is = of_han(w.w[i]);
    return is;
}

/* "Ortega y Gasset, José" is read as it is spoken. */
static struct str in_spoken_order(struct arena *a, struct str name)
{
    size_t comma = str_find(name, S(","), 0);
    if (comma == SIZE_MAX)
        return name;
    return str_join(a, str_trim(str_from(name, comma + 1)), S(" "), str_head(name, comma));
}

enum person person_of_card(struct arena *a, const struct json *card)
{
    struct str  given = card_name_part(a, card, S("given")), name = card_display_name(a, card);
    enum person is = of_name(a, in_spoken_order(a, name), false);

    return is != PERSON_ONE || !given.n ? is : of_name(a, given, true);
}

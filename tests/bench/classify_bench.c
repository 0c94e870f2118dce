/* How many messages of 10 KB HTML a second one core classifies (its own time, whatever else runs): a letter in English,
 * one in Polish and one in Ukrainian, in turn. Usage: classify_bench [SECONDS] */
#include "classify/classify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LETTER_BYTES (10 * 1024)
#define SECONDS 3
#define ROUND 30 /* messages between two looks at the clock */

/* Markup and words in the proportion of ordinary newsletters: about a quarter is text. */
static const char *const paragraphs[][3] = {
    {"Your statement for March is ready. You can see it in the app or online at any time, and save it as a file.",
     "From 1 May the opening hours of our branch in Station Road change; we look forward to seeing you there.",
     "Take a personal loan at a special rate until the end of the month, with no fee and a decision in minutes."},
    {"Wyciąg z konta za marzec jest gotowy. Możesz go zobaczyć w aplikacji i zapisać w pliku w dowolnej chwili.",
     "Od 1 maja zmieniają się godziny otwarcia naszego oddziału przy ulicy Dworcowej. Zapraszamy do odwiedzin.",
     "Weź kredyt gotówkowy z niższą prowizją, tylko do końca miesiąca. Decyzja w kilka minut, bez wychodzenia z domu."},
    {"Виписка з рахунку за березень готова. Ви можете переглянути її в застосунку та зберегти у файл у будь-який час.",
     "З 1 травня змінюється графік роботи нашого відділення на вулиці Вокзальній. Чекаємо на вас із гарним настроєм.",
     "Оформіть кредит готівкою зі зниженою ставкою лише до кінця місяця. Рішення за кілька хвилин, без довідок."},
};

static char *letter(const char *const *texts) {
    GString *html =
        g_string_new("<!DOCTYPE html><html><head><title>t</title><style>td{padding:0}</style></head><body>\n");
    for (guint i = 0; html->len < LETTER_BYTES; i++)
        g_string_append_printf(
            html,
            "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" width=\"600\" "
            "style=\"border-collapse:collapse;mso-table-lspace:0pt\"><tr><td style=\"font:14px/20px Arial,sans-serif;"
            "color:#333333;padding:12px 24px\">%s<br><a href=\"https://www.bank.example/n?c=%u\">www</a></td></tr></table>\n",
            texts[i % 3], i);
    g_string_append(html, "</body></html>\n");
    return g_string_free(html, FALSE);
}

static gulong classify_round(const Classifier *classifier, char *const *letters) {
    gulong sales = 0;
    for (guint i = 0; i < ROUND; i++) {
        const char *html = letters[i % G_N_ELEMENTS(paragraphs)];
        ClassifyMessage message = {.html = html, .html_length = strlen(html)};
        g_autoptr(Classification) found = classify_message(classifier, &message);
        sales += found->class == CLASS_SALES;
    }
    return sales;
}

int main(int argc, char **argv) {
    double seconds = argc > 1 ? g_ascii_strtod(argv[1], NULL) : SECONDS;
    char *letters[G_N_ELEMENTS(paragraphs)];
    g_autoptr(Classifier) classifier = classifier_load(NULL, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(paragraphs); i++)
        letters[i] = letter(paragraphs[i]);
    clock_t start = clock(), now = start;
    gulong messages = 0, sales = 0;
    for (; (double)(now - start) < seconds * CLOCKS_PER_SEC; now = clock(), messages += ROUND)
        sales += classify_round(classifier, letters);
    printf("%.0f messages a second (%lu of %lu sales)\n", (double)messages * CLOCKS_PER_SEC / (double)(now - start),
           sales, messages);
    for (gsize i = 0; i < G_N_ELEMENTS(paragraphs); i++)
        g_free(letters[i]);
    return 0;
}

/* Ordinary mail of banks, telecoms, shops and services in many languages, written for this test and looked up nowhere:
 * what the classifier must get right before any corpus is asked. */
#include "classify/classify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

typedef enum { SALES, RELATIONAL, ESSENTIAL } Kind; /* essential: relational, and known for what its reader must have */

typedef struct {
    Kind kind;
    const char *language, *subject, *text;
} Letter;

static const Letter letters[] = {
    /* English */
    {SALES, "en", "Your summer starts here: 30% off swimwear",
     "Beat the heat with our new summer range. Take 30% off all swimwear until Sunday.\n\n[Shop the sale]\n\n"
     "Unsubscribe | View in browser"},
    {SALES, "en", "Borrow up to £15,000 at 5.9% APR",
     "As a valued customer you are eligible for a personal loan of up to £15,000. No fees and a decision in minutes.\n"
     "[Apply now]\nRepresentative example: APR 5.9%."},
    {SALES, "en", "More data for the same price",
     "Hi Anna,\nmove to our Unlimited plan today and get twice the speed. First three months free.\n[Upgrade my plan]"},
    {SALES, "en", "Quick question about your warehouse",
     "Hi Mark,\nI came across your company and thought our software could cut your picking costs by a third. Would you be "
     "open to a 15 minute call next week?\nBest, Tom"},
    {SALES, "en", "You left something in your basket",
     "Still thinking it over? Your basket is saved, but these items are selling fast.\n[Complete your purchase]"},
    {RELATIONAL, "en", "Five ways to keep your houseplants alive this winter",
     "Less light, dry air: winter is hard on plants. Water less often, move them closer to the window, and check the "
     "leaves for pests. Read our guide to find out more."},
    {RELATIONAL, "en", "Happy birthday, Anna!", "All of us at the branch wish you a wonderful day and a happy year."},
    {RELATIONAL, "en", "How was your visit?",
     "Thank you for visiting our clinic on Monday. Tell us how we did: it takes two minutes and helps us improve."},
    {RELATIONAL, "en", "Welcome to Brightline",
     "We are glad you are here. Here is how to get started: set up your profile, invite your team, connect your "
     "calendar. Reply to this mail if you get stuck."},
    {ESSENTIAL, "en", "Your verification code is 482913",
     "Use 482913 to sign in. The code expires in 10 minutes. Never share it with anyone."},
    {ESSENTIAL, "en", "Your March bill is ready",
     "Your bill for March is £42.10. It will be collected by direct debit on 14 April. See your bill in the app."},
    {ESSENTIAL, "en", "We noticed a new sign-in to your account",
     "A new device signed in from Lisbon. If this was you, there is nothing to do. If not, change your password now."},
    {ESSENTIAL, "en", "Your order 10293 is on its way",
     "Good news: your parcel has left our warehouse and should arrive on Thursday. Track it with the number below.\n"
     "Order total: £58.00"},
    {ESSENTIAL, "en", "Planned maintenance on 12 May",
     "Online banking will be unavailable from 01:00 to 04:00 while we carry out maintenance. Card payments will work."},
    /* Polish */
    {SALES, "pl", "Tylko do niedzieli: -20% na wszystko",
     "Nie przegap naszej wiosennej wyprzedaży! Z kodem WIOSNA20 kupisz taniej wszystkie buty.\n[Kup teraz]"},
    {SALES, "pl", "Gotówka nawet do 50 000 zł, bez wychodzenia z domu",
     "Panie Janie, przygotowaliśmy dla Pana pożyczkę z ratą od 199 zł miesięcznie. RRSO 9,9%.\n[Złóż wniosek]"},
    {SALES, "pl", "Szybszy internet dla Twojego domu",
     "Przejdź na światłowód 1 Gb/s i płać 49 zł przez pierwsze pół roku. Oferta ważna do końca miesiąca.\n[Zamów]"},
    {SALES, "pl", "Propozycja współpracy",
     "Dzień dobry,\nnasza firma wdraża systemy magazynowe. Czy byliby Państwo zainteresowani krótką rozmową w tym "
     "tygodniu?\nPozdrawiam"},
    {RELATIONAL, "pl", "Jak oszczędzać prąd zimą? 5 porad",
     "Zakręć kaloryfer w nieużywanym pokoju, uszczelnij okna i wyłączaj listwy na noc. Przeczytaj cały poradnik."},
    {RELATIONAL, "pl", "Wszystkiego najlepszego z okazji urodzin!",
     "Pani Anno, życzymy dużo zdrowia i samych dobrych dni. Zespół Banku"},
    {RELATIONAL, "pl", "Jak oceniasz rozmowę z naszym konsultantem?",
     "Dziękujemy za kontakt z infolinią. Prosimy o wypełnienie krótkiej ankiety, to tylko dwie minuty."},
    {ESSENTIAL, "pl", "Kod autoryzacyjny do przelewu",
     "Kod: 739201. Dotyczy przelewu na kwotę 250,00 zł. Nikomu nie podawaj tego kodu."},
    {ESSENTIAL, "pl", "Faktura za listopad",
     "Twoja faktura nr 11/2026 na kwotę 89,99 zł jest gotowa. Termin płatności: 14.12.2026."},
    {ESSENTIAL, "pl", "Zablokowaliśmy Twoją kartę",
     "Wykryliśmy podejrzaną transakcję i dla Twojego bezpieczeństwa zablokowaliśmy kartę. Zadzwoń do nas."},
    {ESSENTIAL, "pl", "Przypomnienie o wizycie",
     "Przypominamy o wizycie u dr Nowak w środę 3 grudnia o 10:30. Jeśli nie możesz przyjść, odwołaj termin."},
    /* Ukrainian */
    {SALES, "uk", "Чорна п'ятниця: знижки до 50%",
     "Тільки до неділі знижки на всю техніку. Не пропустіть!\n[Купити зараз]"},
    {SALES, "uk", "Кредит готівкою до 200 000 грн", "Оформіть кредит онлайн за 5 хвилин без довідок.\n[Подати заявку]"},
    {SALES, "uk", "Новий тариф: удвічі більше гігабайтів",
     "Перейдіть на тариф «Безліміт» і отримайте перший місяць у подарунок.\n[Підключити]"},
    {RELATIONAL, "uk", "Як захистити свої гроші від шахраїв",
     "Кілька порад: не повідомляйте нікому код з SMS, перевіряйте адресу сайту, телефонуйте лише за номером на картці."},
    {RELATIONAL, "uk", "З днем народження!", "Шановна Оксано, бажаємо здоров'я, миру та гарного настрою."},
    {RELATIONAL, "uk", "Оцініть якість обслуговування",
     "Дякуємо за звернення. Поділіться враженнями, це займе хвилину."},
    {ESSENTIAL, "uk", "Код підтвердження: 552817", "Введіть цей код для входу. Нікому його не повідомляйте."},
    {ESSENTIAL, "uk", "Рахунок за грудень", "Сума до сплати: 325 грн. Сплатити до 20 січня."},
    {ESSENTIAL, "uk", "Ваше замовлення №48213 відправлено",
     "Номер накладної 20450000123. Доставка очікується 5 грудня."},
    /* Russian */
    {SALES, "ru", "Скидка 15% на первый заказ", "Введите промокод START15 при оформлении.\n[Перейти в каталог]"},
    {SALES, "ru", "Мы соскучились! Вернитесь и получите подарок", "Давно вас не было. Дарим 500 бонусов на покупки."},
    {RELATIONAL, "ru", "Советы: как подготовить машину к зиме",
     "Проверьте аккумулятор, залейте незамерзайку и не забудьте про резину. Читайте подробнее в нашем блоге."},
    {RELATIONAL, "ru", "Поздравляем с днём рождения", "Уважаемый Иван, желаем здоровья и удачи!"},
    {ESSENTIAL, "ru", "Сброс пароля",
     "Вы запросили смену пароля. Перейдите по ссылке. Если это были не вы, не обращайте внимания."},
    {ESSENTIAL, "ru", "Квитанция за ноябрь", "Начислено 2 350 руб. Оплатить до 10 декабря."},
    {ESSENTIAL, "ru", "Плановые работы 5 декабря", "С 02:00 до 05:00 сервис будет недоступен. Приносим извинения."},
    /* German */
    {SALES, "de", "Nur dieses Wochenende: 25 % auf alles",
     "Sichern Sie sich jetzt Ihren Rabatt. Mit dem Code HERBST25 sparen Sie auf das gesamte Sortiment.\n[Jetzt einkaufen]"},
    {SALES, "de", "Ihr Wunschkredit ab 3,9 % eff. Jahreszins",
     "Erfüllen Sie sich Ihre Träume: bis zu 30.000 Euro, Auszahlung in 24 Stunden.\n[Jetzt beantragen]"},
    {SALES, "de", "Doppeltes Datenvolumen für Sie",
     "Wechseln Sie jetzt in den Tarif L und surfen Sie mit 100 GB. Im ersten Monat kostenlos.\n[Zum Angebot]"},
    {SALES, "de", "Lernen Sie unsere neue Herbstkollektion kennen",
     "Warme Farben, weiche Stoffe: Entdecken Sie die neuen Modelle ab 39,95 €.\n[Zur Kollektion]"},
    {RELATIONAL, "de", "Drei Tipps für sicheres Online-Banking",
     "Nutzen Sie nur die offizielle App, prüfen Sie die Adresse und geben Sie Ihre Daten niemandem weiter."},
    {RELATIONAL, "de", "Alles Gute zum Geburtstag!", "Liebe Frau Weber, wir wünschen Ihnen einen schönen Tag."},
    {RELATIONAL, "de", "Wie zufrieden sind Sie mit uns?",
     "Ihre Meinung ist uns wichtig. Bitte nehmen Sie sich drei Minuten Zeit für unsere Umfrage."},
    {ESSENTIAL, "de", "Ihre Rechnung vom 01.12.2026",
     "Guten Tag, Ihre Rechnung über 34,99 € steht bereit. Wir buchen den Betrag am 10.12. von Ihrem Konto ab."},
    {ESSENTIAL, "de", "Ihr Bestätigungscode: 774 120",
     "Geben Sie den Code in der App ein. Er ist zehn Minuten gültig."},
    {ESSENTIAL, "de", "Änderung unserer AGB zum 1. März",
     "Wir passen unsere Allgemeinen Geschäftsbedingungen an. Die Änderungen treten am 1. März in Kraft."},
    {ESSENTIAL, "de", "Terminerinnerung", "Wir erinnern Sie an Ihren Termin am Dienstag, 9:15 Uhr, in unserer Praxis."},
    /* French */
    {SALES, "fr", "Dernières heures : -40 % sur la literie",
     "Profitez-en avant minuit ! Livraison offerte dès 50 € d'achat.\n[J'en profite]"},
    {SALES, "fr", "Un prêt personnel à taux réduit",
     "Réalisez vos projets : empruntez jusqu'à 20 000 €. Un crédit vous engage et doit être remboursé.\n[Faire ma demande]"},
    {SALES, "fr", "Passez à la fibre pour 19,99 €/mois",
     "Offre réservée à nos abonnés jusqu'au 31 mars.\n[Je souscris]"},
    {RELATIONAL, "fr", "Nos conseils pour réduire votre consommation",
     "Baissez le chauffage d'un degré, éteignez les appareils en veille. Retrouvez le guide complet sur notre site."},
    {RELATIONAL, "fr", "Joyeux anniversaire, Claire", "Toute l'équipe vous souhaite une très belle journée."},
    {ESSENTIAL, "fr", "Votre facture de mars est disponible", "Montant : 37,50 €. Prélèvement le 5 avril."},
    {ESSENTIAL, "fr", "Votre code de sécurité", "Votre code : 901233. Ne le communiquez à personne."},
    {ESSENTIAL, "fr", "Votre colis arrive demain",
     "Votre commande n° 4471 a été expédiée. Suivez votre colis en ligne."},
    /* Spanish */
    {SALES, "es", "Rebajas: hasta el 60 % en toda la web",
     "Solo este fin de semana. No te lo pierdas.\n[Comprar ahora]"},
    {SALES, "es", "Te regalamos 3 meses de televisión",
     "Contrata hoy la tarifa con más canales y ahorra.\n[Lo quiero]"},
    {RELATIONAL, "es", "Consejos para viajar seguro este verano",
     "Guarda copias de tus documentos, avisa a un familiar de tu ruta y revisa las vacunas que necesitas."},
    {RELATIONAL, "es", "¡Feliz cumpleaños, Lucía!", "Te deseamos un día estupendo. El equipo de tu oficina"},
    {ESSENTIAL, "es", "Su factura ya está disponible", "Importe: 45,30 €. Se cargará en su cuenta el 12 de abril."},
    {ESSENTIAL, "es", "Restablece tu contraseña",
     "Has solicitado cambiar tu contraseña. El enlace caduca en una hora."},
    {ESSENTIAL, "es", "Recordatorio de su cita", "Le recordamos su cita con la Dra. Ruiz el lunes a las 11:00."},
    /* Italian, Portuguese, Dutch */
    {SALES, "it", "Saldi: fino al 50% su tutta la collezione", "Affrettati, solo fino a domenica.\n[Acquista ora]"},
    {RELATIONAL, "it", "Come risparmiare energia in casa", "Ecco alcuni consigli utili per l'inverno. Leggi la guida."},
    {ESSENTIAL, "it", "La tua bolletta è disponibile", "Importo da pagare: 62,40 € entro il 15 maggio."},
    {ESSENTIAL, "it", "Codice di verifica", "Il tuo codice è 330198. Non comunicarlo a nessuno."},
    {SALES, "pt", "Só hoje: frete grátis e 20% de desconto", "Aproveite antes que acabe.\n[Comprar agora]"},
    {ESSENTIAL, "pt", "Sua fatura fechou", "Valor total: R$ 310,55. Vencimento em 10/04."},
    {SALES, "nl", "Nu 2 halen 1 betalen", "Alleen dit weekend in al onze winkels en online.\n[Bestel nu]"},
    {RELATIONAL, "nl", "Zo houd je je huis warm",
     "Handige tips: sluit de gordijnen, gebruik radiatorfolie. Lees meer."},
    {ESSENTIAL, "nl", "Je factuur van maart", "Te betalen: € 29,95. We schrijven dit bedrag op 5 april af."},
    /* Czech, Slovak, Romanian, Turkish, Swedish */
    {SALES, "cs", "Sleva 30 % na celý nákup", "Jen do neděle. Zadejte kód JARO30.\n[Nakupovat]"},
    {ESSENTIAL, "cs", "Vaše faktura za březen", "Částka k úhradě 499 Kč, splatnost 14. dubna."},
    {SALES, "sk", "Zľava 20 % len dnes", "Využite našu akciu a ušetrite.\n[Kúpiť]"},
    {ESSENTIAL, "sk", "Zásielka je na ceste", "Kuriér doručí vašu objednávku zajtra."},
    {SALES, "ro", "Reduceri de până la 40%", "Doar astăzi, transport gratuit.\n[Comandă acum]"},
    {ESSENTIAL, "ro", "Factura ta pentru martie", "Total de plată: 85 lei. Scadență: 20 aprilie."},
    {SALES, "tr", "Sadece bugün %30 indirim", "Fırsatı kaçırma!\n[Hemen satın al]"},
    {ESSENTIAL, "tr", "Mart ayı faturanız", "Ödenecek tutar: 250 TL. Son ödeme tarihi: 15 Nisan."},
    {SALES, "sv", "Sista chansen: 50 % rabatt", "Gäller bara i helgen.\n[Handla nu]"},
    {ESSENTIAL, "sv", "Din faktura för mars", "Att betala: 349 kr. Förfallodatum 30 april."},
};

static const char *subject_of(gpointer user, const char *name) {
    return g_ascii_strcasecmp(name, "Subject") == 0 ? ((const Letter *)user)->subject : NULL;
}

static Classification *classify_letter(const Classifier *classifier, const Letter *letter) {
    ClassifyMessage message = {
        .header = subject_of, .user = (gpointer)letter, .text = letter->text, .text_length = strlen(letter->text)};
    return classify_message(classifier, &message);
}

static bool is_right(const Letter *letter, const Classification *found) {
    if (letter->kind == SALES)
        return found->class == CLASS_SALES && found->legal == LEGAL_COMMERCIAL && !found->essential;
    return found->class == CLASS_RELATIONAL &&
           (letter->kind == RELATIONAL || (found->essential && found->legal == LEGAL_TRANSACTIONAL));
}

static void letters_are_what_they_are(void **state G_GNUC_UNUSED) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Classifier) classifier = classifier_load(NULL, &error);
    assert_null(error);
    guint wrong = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(letters); i++) {
        g_autoptr(Classification) found = classify_letter(classifier, &letters[i]);
        if (is_right(&letters[i], found))
            continue;
        wrong++;
        print_message("%s '%s': %s, %s, %.2f%s\n", letters[i].language, letters[i].subject, class_name(found->class),
                      legal_name(found->legal), found->confidence, found->essential ? ", essential" : "");
        for (guint j = 0; j < found->evidence->len; j++)
            print_message("    %s\n", (char *)found->evidence->pdata[j]);
    }
    print_message("%u of %zu wrong\n", wrong, G_N_ELEMENTS(letters));
    assert_int_equal(wrong, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(letters_are_what_they_are)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

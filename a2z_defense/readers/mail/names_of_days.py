"""Names of months and weekdays, flat, in every language of the marketplaces.

They are Babel's (a test holds them against it), with the short forms of September that it lacks. Written down because
Babel unpacks everything that it knows of seventeen languages to tell them: a tenth of a second before the first mail.
"""

from __future__ import annotations

MONTHS = (
    "january jan gennaio gen enero ene januar janvier janv janeiro 1月 januari stycznia sty styczeń ocak oca يناير "
    "tammikuuta tammi tammikuu ledna led leden 一月",
    "february feb febbraio febrero februar février févr fevereiro fev 2月 februari lutego lut luty şubat şub فبراير "
    "helmikuuta helmi helmikuu února úno únor 二月",
    "march mar marzo märz mär mars março 3月 maart mrt marca marzec mart مارس marts maaliskuuta maalis maaliskuu "
    "března bře březen 三月",
    "april apr aprile abril abr avril avr 4月 kwietnia kwi kwiecień nisan nis أبريل huhtikuuta huhti huhtikuu dubna "
    "dub duben 四月",
    "may maggio mag mayo mai maio 5月 mei maja maj mayıs مايو toukokuuta touko toukokuu května kvě květen 五月",
    "june jun giugno giu junio juni juin junho 6月 czerwca cze czerwiec haziran haz يونيو kesäkuuta kesä kesäkuu "
    "června čvn červen 六月",
    "july jul luglio lug julio juli juillet juil julho 7月 lipca lip lipiec temmuz tem يوليو heinäkuuta heinä "
    "heinäkuu července čvc červenec 七月",
    "august aug agosto ago août 8月 augustus sierpnia sie sierpień augusti ağustos ağu أغسطس elokuuta elo elokuu "
    "srpna srp srpen 八月",
    "september sep settembre set septiembre sept septembre setembro 9月 września wrz wrzesień eylül eyl سبتمبر "
    "syyskuuta syys syyskuu září zář 九月",
    "october oct ottobre ott octubre oktober okt octobre outubro out 10月 października paź październik ekim eki "
    "أكتوبر lokakuuta loka lokakuu října říj říjen 十月",
    "november nov novembre noviembre novembro 11月 listopada lis listopad kasım kas نوفمبر marraskuuta marras "
    "marraskuu listopadu 十一月",
    "december dec dicembre dic diciembre dezember dez décembre déc dezembro 12月 grudnia gru grudzień aralık ara "
    "ديسمبر desember des joulukuuta joulu joulukuu prosince pro prosinec 十二月",
)
"""From January on; the names of one month parted by spaces."""
WEEKDAYS = (
    "monday lunedì lunes montag lundi segunda-feira 月曜日 maandag poniedziałek måndag pazartesi الاثنين mandag "
    "maanantaina maanantai pondělí 星期一",
    "tuesday martedì martes dienstag mardi terça-feira 火曜日 dinsdag wtorek tisdag salı الثلاثاء tirsdag tiistaina "
    "tiistai úterý 星期二",
    "wednesday mercoledì miércoles mittwoch mercredi quarta-feira 水曜日 woensdag środa onsdag çarşamba الأربعاء "
    "keskiviikkona keskiviikko středa 星期三",
    "thursday giovedì jueves donnerstag jeudi quinta-feira 木曜日 donderdag czwartek torsdag perşembe الخميس torstaina "
    "torstai čtvrtek 星期四",
    "friday venerdì viernes freitag vendredi sexta-feira 金曜日 vrijdag piątek fredag cuma الجمعة perjantaina "
    "perjantai pátek 星期五",
    "saturday sabato sábado samstag samedi 土曜日 zaterdag sobota lördag cumartesi السبت lørdag lauantaina lauantai "
    "星期六",
    "sunday domenica domingo sonntag dimanche 日曜日 zondag niedziela söndag pazar الأحد søndag sunnuntai neděle "
    "星期日",
)
"""From Monday on, in the same way."""


def numbered(names: tuple[str, ...], first: int) -> dict[str, int]:
    """Each name with its number; `first` is that of the first row."""
    return {name: number for number, row in enumerate(names, start=first) for name in row.split()}

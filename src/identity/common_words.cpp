#include <algorithm>
#include <array>

#include "password_policy.h"

namespace proviso::identity {

namespace {

// What people choose: with digits, signs and letters in disguise around and between them these
// make up the passwords that leak most often. Sorted, for the binary search.
// clang-format off
constexpr auto kWords = std::to_array<std::string_view>({
    "abc", "abcd", "abcde", "abcdef", "abcdefg", "abcdefgh", "access", "account", "admin",
    "administrator", "alexander", "alexandra", "amanda", "amcrest", "america", "amor", "amore",
    "andrea", "andrew", "android", "angel", "angels", "anna", "anthony", "antoine", "antonio",
    "apple", "april", "army", "arschloch", "arsenal", "asd", "asdf", "asdfgh", "asdfghjkl",
    "ashley", "asshole", "audi", "auditor", "august", "austin", "autumn", "axis", "azeqsd",
    "azerty", "azertyuiop", "baby", "babygirl", "backup", "bad", "banana", "bank", "barcelona",
    "baseball", "basketball", "batman", "bayern", "bear", "berlin", "best", "big", "bird",
    "bitch", "black", "blessed", "blue", "bmw", "bonjour", "bosch", "boston", "boy", "brandon",
    "brother", "bubbles", "bulldog", "business", "buster", "butterfly", "california", "camaro",
    "camera", "cameras", "canada", "captain", "carlos", "cat", "center", "central", "change",
    "changeme", "charlie", "cheese", "chelsea", "cherry", "chicago", "chocolate", "chouchou",
    "christ", "christian", "christina", "ciao", "clinic", "coffee", "college", "company",
    "computer", "config", "contact", "contrasena", "control", "cookie", "cool", "corvette",
    "cougar", "cowboys", "crazy", "cutie", "dahua", "daisy", "dallas", "dance", "daniel",
    "david", "debian", "december", "default", "demo", "destiny", "deutschland", "diamond",
    "doctor", "dog", "door", "dortmund", "doudou", "dragon", "eagle", "eagles", "earth", "edc",
    "edcrfv", "eight", "england", "enter", "entrance", "estrella", "facebook", "faith", "falcon",
    "family", "father", "february", "ferrari", "ficken", "first", "fish", "five", "florida",
    "flower", "football", "forest", "forever", "fortnite", "foscam", "four", "france",
    "francesco", "freedom", "friday", "friend", "friends", "fuck", "fuckyou", "galaxy", "gamer",
    "garage", "garden", "gate", "gateway", "geheim", "george", "germany", "ginger", "giovanni",
    "girl", "god", "gold", "golden", "golf", "good", "google", "grafana", "green", "guard",
    "guest", "guitar", "hallo", "hamburg", "hannah", "hanwha", "happy", "harley", "haslo",
    "heaven", "hello", "helpdesk", "herbst", "hikvision", "hockey", "hola", "home", "honda",
    "honey", "hope", "horse", "hospital", "hot", "hotel", "hottie", "house", "hundred", "hunter",
    "iloveyou", "info", "install", "internet", "iphone", "ironman", "jacques", "james",
    "january", "jean", "jenkins", "jennifer", "jessica", "jesus", "john", "jordan", "jose",
    "joseph", "joshua", "juan", "julia", "july", "june", "justin", "juve", "juventus", "killer",
    "king", "kitty", "knight", "kontrola", "lakers", "last", "laura", "lemon", "lena", "letmein",
    "lightning", "lily", "linkedin", "linux", "lion", "lisa", "little", "liverpool", "lkjhgfdsa",
    "login", "london", "louis", "loulou", "love", "lovely", "loveme", "lover", "lucky", "madrid",
    "maggie", "magic", "mall", "man", "manager", "mango", "march", "marco", "maria", "marie",
    "marine", "mark", "market", "marseille", "martin", "master", "matrix", "matthew", "may",
    "mega", "mercedes", "michael", "michelle", "microsoft", "miguel", "million", "minecraft",
    "mnbvcxz", "monday", "money", "monkey", "moon", "morning", "motdepasse", "mother",
    "mountain", "mudar", "muenchen", "munich", "music", "mustang", "mysql", "mystery", "nagios",
    "navy", "network", "new", "newyork", "nicole", "night", "nine", "ninja", "nokia", "normal",
    "nothing", "november", "number", "nurse", "ocean", "october", "office", "officer", "old",
    "one", "open", "operator", "oracle", "orange", "orangejuice", "packers", "panther", "paolo",
    "paris", "parking", "parola", "pass", "passwd", "password", "passwort", "paul", "peaches",
    "pepper", "peter", "phoenix", "piano", "pierre", "pikachu", "pilot", "pirate", "player",
    "poiuytrewq", "pokemon", "police", "porn", "porsche", "postgres", "postmaster", "power",
    "prince", "princess", "private", "proviso", "public", "pumpkin", "puppy", "purple", "qaz",
    "qazwsx", "qazwsxedc", "queen", "qwe", "qweasd", "qweasdzxc", "qwerty", "qwertyuiop",
    "qwertz", "qwertzuiop", "rainbow", "ranger", "raspberry", "raspberrypi", "red", "reolink",
    "rfv", "river", "robert", "roblox", "rock", "root", "rose", "router", "rugby", "sales",
    "samantha", "samsung", "sarah", "saturday", "schalke", "schatz", "school", "sdf", "secret",
    "secure", "security", "senha", "september", "server", "service", "seven", "sex", "sexy",
    "shadow", "shop", "silver", "sister", "six", "snake", "soccer", "soldier", "soleil",
    "sommer", "sophie", "spider", "spiderman", "spring", "star", "stars", "starwars", "station",
    "steelers", "stefan", "store", "student", "sugar", "summer", "sunday", "sunflower",
    "sunshine", "super", "superman", "superuser", "supervisor", "support", "suzuki", "sweet",
    "sweety", "switch", "sysadmin", "system", "teacher", "teamo", "ten", "tennis", "test",
    "testing", "texas", "thomas", "thousand", "three", "thunder", "thursday", "tiger", "tigger",
    "today", "tomcat", "tomorrow", "toyota", "trustno", "tuesday", "twitter", "two", "ubiquiti",
    "ubnt", "ubuntu", "ultra", "university", "uniview", "update", "upgrade", "user", "video",
    "viewer", "vivotek", "warrior", "watchman", "webmaster", "wednesday", "welcome", "wer",
    "whatever", "white", "william", "windows", "winter", "wizard", "wolf", "woman", "work",
    "wsx", "wsxedc", "xyz", "yamaha", "yankees", "yellow", "yxcvbnm", "zabbix", "zaqwsx",
    "zaqxsw", "zero", "zxc", "zxcvbn", "zxcvbnm"
});
// clang-format on

}  // namespace

bool is_common_word(std::string_view word) {
    return std::binary_search(kWords.begin(), kWords.end(), word);
}

}  // namespace proviso::identity

#include "census/domain.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace secondwave {
namespace {

// Second labels that many country domains use for registrations below them.
constexpr std::array general_second = std::to_array<std::string_view>(
    {"ac",  "co",  "com", "ed",  "edu", "gen", "go", "gob", "gouv", "gov", "govt", "id",  "info",   "ltd",   "me",
     "mil", "mod", "ne",  "net", "nhs", "nom", "or", "org", "plc",  "pro", "res",  "sch", "school", "police"});

// Those that only one country uses, as "label.country".
constexpr std::array own_second = std::to_array<std::string_view>(
    {"ad.jp",    "ed.jp",   "gr.jp",   "lg.jp",   "re.kr",    "pe.kr",   "hs.kr",   "ms.kr",    "es.kr",    "kg.kr",
     "seoul.kr", "asn.au",  "id.au",   "oz.au",   "csiro.au", "iwi.nz",  "geek.nz", "maori.nz", "cri.nz",   "adv.br",
     "art.br",   "blog.br", "eng.br",  "ind.br",  "inf.br",   "jus.br",  "leg.br",  "psi.br",   "srv.br",   "tv.br",
     "tur.br",   "web.br",  "idv.tw",  "game.tw", "ebiz.tw",  "club.tw", "idf.il",  "k12.il",   "muni.il",  "bel.tr",
     "bbs.tr",   "k12.tr",  "av.tr",   "dr.tr",   "web.tr",   "gen.tr",  "firm.in", "ind.in",   "nic.in",   "ernet.in",
     "in.th",    "mi.th",   "ah.cn",   "bj.cn",   "cq.cn",    "fj.cn",   "gd.cn",   "gs.cn",    "gx.cn",    "gz.cn",
     "ha.cn",    "hb.cn",   "he.cn",   "hi.cn",   "hk.cn",    "hl.cn",   "hn.cn",   "jl.cn",    "js.cn",    "jx.cn",
     "ln.cn",    "nm.cn",   "nx.cn",   "qh.cn",   "sc.cn",    "sd.cn",   "sh.cn",   "sn.cn",    "sx.cn",    "tj.cn",
     "tw.cn",    "xj.cn",   "xz.cn",   "yn.cn",   "zj.cn",    "law.za",  "web.za",  "nom.za",   "alt.za",   "in.ua",
     "kiev.ua",  "kyiv.ua", "lviv.ua", "msk.ru",  "spb.ru",   "int.ru",  "pp.ru",   "waw.pl",   "gda.pl",   "biz.pl",
     "net.pl",   "tm.fr",   "asso.fr", "prd.fr",  "or.at",    "gv.at",   "priv.at", "tm.hu",    "sport.hu", "co.it"});

bool country_suffix(std::string_view second, std::string_view top, std::string_view both) {
  if (top.size() != 2) return false;
  if (std::find(own_second.begin(), own_second.end(), both) != own_second.end()) return true;
  return std::find(general_second.begin(), general_second.end(), second) != general_second.end();
}

std::string_view without_last_dot(std::string_view name) {
  return name.ends_with('.') && !name.ends_with("\\.") ? name.substr(0, name.size() - 1) : name;
}

/// Where the label that ends at `end` begins. A dot behind a backslash belongs to its label.
std::size_t label_start(std::string_view name, std::size_t end) {
  std::size_t at = end;
  while (at > 0) {
    const bool dot = name[at - 1] == '.';
    const bool escaped = dot && at >= 2 && name[at - 2] == '\\' && !(at >= 3 && name[at - 3] == '\\');
    if (dot && !escaped) break;
    --at;
  }
  return at;
}

}  // namespace

std::string_view top_level_domain(std::string_view name) {
  name = without_last_dot(name);
  const std::string_view label = name.substr(label_start(name, name.size()));
  const bool digits = std::all_of(label.begin(), label.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits ? std::string_view() : label;
}

std::string_view registered_domain(std::string_view name) {
  name = without_last_dot(name);
  const std::string_view top = top_level_domain(name);
  if (top.empty() || top.size() == name.size()) return top;
  const std::size_t second_at = label_start(name, name.size() - top.size() - 1);
  const std::string_view both = name.substr(second_at);
  if (second_at == 0) return both;
  const std::string_view second = both.substr(0, both.size() - top.size() - 1);
  if (!country_suffix(second, top, both)) return both;
  return name.substr(label_start(name, second_at - 1));
}

}  // namespace secondwave

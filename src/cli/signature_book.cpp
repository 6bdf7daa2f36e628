#include "cli/signature_book.hpp"

#include "cli/environment.hpp"
#include "signature/rule_folder.hpp"

namespace secondwave {

Result<RuleBook> open_signatures(const std::string& folder) {
  std::string path = folder;
  if (path.empty()) {
    const Result<std::filesystem::path> data = data_folder();
    if (!data) return tl::unexpected(data.error());
    path = (*data / "signatures").string();
  }
  const Result<std::vector<RuleBook::File>> files = read_rule_folder(path);
  if (!files) return tl::unexpected(files.error());
  return RuleBook::parse(*files);
}

}  // namespace secondwave

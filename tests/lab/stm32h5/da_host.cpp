#include "tests/lab/stm32h5/da_host.hpp"

namespace rigor::lab::test {

Stm32h5Options certificate_part(ProductState state) {
  Stm32h5Options options;
  options.state = state;
  options.tzen = true;
  options.da_record = PlantedRecord::certificate;
  options.da_credential = root_key_hash();
  return options;
}

Stm32h5Options password_part(ProductState state) {
  Stm32h5Options options;
  options.state = state;
  options.da_record = PlantedRecord::password;
  options.da_credential = password_hash();
  return options;
}

}  // namespace rigor::lab::test

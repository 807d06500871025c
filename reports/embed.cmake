# cmake -DSTYLE=report.css -DSCRIPT=report.js -DOUT=page_assets.cpp -P embed.cmake
file(READ ${STYLE} style)
file(READ ${SCRIPT} script)
file(WRITE ${OUT} "#include \"reports/page_assets.hpp\"

namespace rigor {

std::string_view page_style() { return R\"~~(${style})~~\"; }
std::string_view page_script() { return R\"~~(${script})~~\"; }

}  // namespace rigor
")

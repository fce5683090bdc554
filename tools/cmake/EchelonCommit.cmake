# cmake -DSOURCE=... -DOUTPUT=... -P EchelonCommit.cmake: writes the function that names the commit; the file is touched
# only when the commit changes. Run on every build: a configured value would be stale after the next commit.
execute_process(
  COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  set(commit unknown)
endif()
set(text "#include \"experiments/run/version.hpp\"

std::string_view echelon::experiments::commit() { return \"${commit}\"; }
")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT "${before}" STREQUAL "${text}")
  file(WRITE ${OUTPUT} "${text}")
endif()

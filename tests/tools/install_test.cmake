# cmake -DBUILD=... -DSTRANGER=... -DEMBEDDING=... -DWORK=... -P install_test.cmake

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY COMMAND_ECHO STDOUT)
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
# The installed tree alone must do: the environment may not lead back to this checkout.
run(${CMAKE_COMMAND} -S ${STRANGER} -B ${WORK}/build -G Ninja
  -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH=${WORK}/prefix)
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/stranger)
run(${WORK}/build/embedded ${STRANGER}/embedded.toml)

# The programs of experiments/embedding are projects of strangers, too.
run(${CMAKE_COMMAND} -S ${EMBEDDING} -B ${WORK}/embedding -G Ninja
  -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH=${WORK}/prefix)
run(${CMAKE_COMMAND} --build ${WORK}/embedding)
run(${WORK}/embedding/own_code)
run(${WORK}/embedding/own_model)
run(${WORK}/embedding/own_tests)

for (const entry of ["", "/upload", "/sandbox"]) {
  console.log(Object.keys(require(`clear-presign${entry}`)).length > 0);
}

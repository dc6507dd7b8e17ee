// PPL

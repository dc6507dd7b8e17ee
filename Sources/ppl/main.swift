print("ppl")
